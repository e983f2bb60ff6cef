import type { ServerContext } from "@modelcontextprotocol/server";
import { RegistryError } from "../registry/errors.ts";
import type { Session } from "../session/session.ts";
import { toProtocolError, toResourceError } from "./error-answers.ts";

/**
 * Awaits a result.
 * @throws ProtocolError in place of a RegistryError, which it reports to the session
 */
export async function orProtocolError<T>(
  session: Session,
  context: ServerContext,
  result: Promise<T>,
  toError: typeof toProtocolError = toProtocolError,
): Promise<T> {
  try {
    return await result;
  } catch (error) {
    reportFailure(session, context, error);
    throw await toError(error, session.registry);
  }
}

/** As `orProtocolError`, for a request that names a resource. */
export function orResourceError<T>(
  session: Session,
  uri: string,
  context: ServerContext,
  result: Promise<T>,
): Promise<T> {
  return orProtocolError(session, context, result, (error, registry) =>
    toResourceError(error, registry, uri),
  );
}

/** Reports a failed registry call to the session. */
export function reportFailure(session: Session, context: ServerContext, error: unknown): void {
  if (error instanceof RegistryError) session.failed?.(error, context.http?.req);
}
