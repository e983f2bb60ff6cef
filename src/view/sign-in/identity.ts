/** Who the person is to the server, in the memory of this page alone. */
export interface Identity {
  /** What each request carries, such as Authorization. */
  readonly credentials: () => Readonly<Record<string, string>>;
  /**
   * Lets the person sign in after a refusal. Calls that are refused at the same time share one.
   * @param needed what was refused: the server's message, and the scope that the token lacks
   * @returns false when the person closed the form
   */
  readonly signIn: (needed: Needed) => Promise<boolean>;
}

export interface Needed {
  readonly message: string;
  readonly scope?: string;
}
