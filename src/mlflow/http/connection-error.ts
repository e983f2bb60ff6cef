/** A connection failure for which Node and undici have no error code. */
export class ConnectionError extends Error {
  readonly code: "CONNECT_TIMEOUT" | "CONNECTIONS_CLOSED";

  constructor(code: ConnectionError["code"]) {
    super(code);
    this.code = code;
  }
}

/** The proxy did not connect to MLflow, so MLflow has not received the request. */
export class ProxyError extends Error {
  readonly code = "PROXY_FAILED";
  /** The environment variable that names the proxy. */
  readonly variable: string;
  /** Completes a sentence that begins with "the proxy": "refused the connection". */
  readonly reason: string;

  constructor(variable: string, reason: string, options?: ErrorOptions) {
    super(`The proxy that ${variable} names ${reason}`, options);
    this.variable = variable;
    this.reason = reason;
  }
}
