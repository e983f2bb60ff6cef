/** A caller's token cannot be used. The message says why in a sentence, and holds no part of it. */
export class InvalidToken extends Error {
  override readonly name = "InvalidToken";
}
