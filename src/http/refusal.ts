/**
 * A request that is answered before MCP is: with a status, and a sentence that says what is wrong,
 * with what, and what to do. It never carries a credential.
 */
export class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";

  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
