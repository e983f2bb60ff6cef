import { modern } from "./http-service.ts";

interface ListenOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Opens a `subscriptions/listen` stream (MCP 2026-07-28).
 * @param notifications the kinds of notifications, as in the request's parameters
 */
export function openListenStream(
  url: string,
  notifications: Readonly<Record<string, unknown>>,
  { headers = {}, signal }: ListenOptions = {},
): Promise<Response> {
  const request = modern("subscriptions/listen", { notifications });
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...request.headers,
      ...headers,
    },
    body: JSON.stringify(request.body),
    ...(signal ? { signal } : {}),
  });
}
