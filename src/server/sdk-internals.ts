import {
  type Implementation,
  type JSONRPCRequest,
  type Result,
  Server,
  type ServerContext,
  type ServerOptions,
} from "@modelcontextprotocol/server";

/** The release (major.minor) of `@modelcontextprotocol/server` in which the members below were read. */
export const sdkRelease = "2.4";

/**
 * The SDK's server, with the protected members that the fast path and observers need. No other file
 * uses one.
 * `test/server/sdk-internals.test.ts` fails when a release of the SDK changes them.
 */
export class SdkServer extends Server {
  /** @param revision of all requests. Absent: the revision that the connection negotiates. */
  constructor(info: Implementation, options: ServerOptions, revision?: string) {
    super(info, options);
    if (revision !== undefined) this._negotiatedProtocolVersion = revision;
  }

  /** The revision of all requests, or the one that the connection negotiated. */
  get negotiated(): string | undefined {
    return this._negotiatedProtocolVersion;
  }

  /** Calls a handler, the SDK's own included. The fast path calls handlers the same way. */
  protected around(
    _request: JSONRPCRequest,
    _context: ServerContext,
    handle: () => Promise<Result>,
  ): Promise<Result> {
    return handle();
  }

  /** The SDK calls it in its constructor as well. */
  protected override _wrapHandler(
    method: string,
    handler: (request: JSONRPCRequest, context: ServerContext) => Promise<Result>,
  ) {
    const wrapped = super._wrapHandler(method, handler);
    return (request: JSONRPCRequest, context: ServerContext) =>
      this.around(request, context, () => wrapped(request, context));
  }

  /**
   * Calls the handler of a request.
   * @throws Error if the method has none
   */
  protected handle(request: JSONRPCRequest, context: ServerContext): Promise<Result> {
    const handler = this._getRequestHandler(request.method);
    if (handler === undefined) throw new Error(`${request.method} has no request handler.`);
    return handler(request, context);
  }

  /** The result in the form of the negotiated revision. */
  protected encodeResult(method: string, result: Result): Result {
    return this._wireCodec().encodeResult(method, result, this._outboundServerInfo());
  }

  /** The error code in the form of the negotiated revision. */
  encodeErrorCode(code: number): number {
    return this._wireCodec().encodeErrorCode(code);
  }
}
