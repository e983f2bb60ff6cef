import { createServer, type IncomingHttpHeaders } from "node:http";
import { buffer } from "node:stream/consumers";
import * as z from "zod";
import { whenDone } from "./when-done.ts";

const value = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
});
const attributes = z
  .array(z.object({ key: z.string(), value }))
  .default([])
  .transform((list) =>
    Object.fromEntries(list.map(({ key, value: v }) => [key, v.stringValue ?? Number(v.intValue)])),
  );
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(""),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }).default({}),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
  attributes,
});
const resource = z.object({ attributes });
const traces = z.object({
  resourceSpans: z.array(
    z.object({ resource, scopeSpans: z.array(z.object({ spans: z.array(span) })) }),
  ),
});
const metrics = z.object({
  resourceMetrics: z.array(
    z.object({
      scopeMetrics: z.array(
        z.object({
          metrics: z.array(
            z.object({
              name: z.string(),
              unit: z.string(),
              histogram: z.object({
                dataPoints: z.array(
                  z.object({
                    attributes,
                    count: z.coerce.number(),
                    explicitBounds: z.array(z.number()),
                  }),
                ),
              }),
            }),
          ),
        }),
      ),
    }),
  ),
});

export type CollectedSpan = z.infer<typeof span>;

export interface Collected {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Collector {
  readonly url: string;
  /** Requests in the order of arrival. */
  readonly requests: readonly Collected[];
  /** All spans that came as JSON. */
  spans(): readonly CollectedSpan[];
  /** Attributes of the resource of the first spans. */
  resource(): Readonly<Record<string, unknown>> | undefined;
  /** The newest values of a histogram that came as JSON. */
  histogram(name: string): readonly {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly count: number;
    readonly explicitBounds: readonly number[];
  }[];
  /** Answers with this status from now on. */
  answer(status: number): void;
}

/** An OpenTelemetry collector on loopback. */
export async function startCollector(): Promise<Collector> {
  const requests: Collected[] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    requests.push({ path: request.url, headers: request.headers, body });
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  whenDone(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("The collector has no port.");
  const bodies = (path: string) =>
    requests.filter((one) => one.path === path).map(({ body }) => JSON.parse(body.toString()));
  const received = () => bodies("/v1/traces").flatMap((body) => traces.parse(body).resourceSpans);
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    spans: () => received().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    resource: () => received()[0]?.resource.attributes,
    histogram: (name) =>
      bodies("/v1/metrics")
        .flatMap((body) => metrics.parse(body).resourceMetrics)
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
        .filter((metric) => metric.name === name)
        .at(-1)?.histogram.dataPoints ?? [],
    answer(next) {
      status = next;
    },
  };
}
