/** A caller's token cannot be used. The message says why, and contains no part of the token. */
export class InvalidToken extends Error {
  override readonly name = "InvalidToken";
}
