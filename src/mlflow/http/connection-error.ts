/** A failure of a connection that has no error code of its own in Node or undici. */
export class ConnectionError extends Error {
  readonly code: "CONNECT_TIMEOUT" | "CONNECTIONS_CLOSED";

  constructor(code: ConnectionError["code"]) {
    super(code);
    this.code = code;
  }
}

/** The proxy made no connection to MLflow, so MLflow has not received the request. */
export class ProxyError extends Error {
  readonly code = "PROXY_FAILED";
  /** The environment variable that names the proxy. */
  readonly variable: string;
  /** What the proxy did, after "the proxy": "refused the connection". */
  readonly reason: string;

  constructor(variable: string, reason: string, options?: ErrorOptions) {
    super(`The proxy that ${variable} names ${reason}`, options);
    this.variable = variable;
    this.reason = reason;
  }
}
