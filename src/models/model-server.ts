/** A response of any status, read to its end. */
export interface ModelResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** A server with the chat completions API of OpenAI, as one caller reaches it. */
export interface ModelServer {
  /** How errors name it: "MLflow's AI Gateway". */
  readonly name: string;
  /** MLflow's AI Gateway, which passes on the failures of the providers behind it. */
  readonly isGateway: boolean;
  /** The address of the API, which tells whose prices hold; absent for the gateway. */
  readonly apiUrl?: string;
  /**
   * Sends one request to `/chat/completions`, with the credential. Rejects when there is no complete
   * response, or its body is too large, a stream, or in another encoding, and with a RegistryError when
   * the caller cannot use the server.
   */
  send(body: string, signal: AbortSignal): Promise<ModelResponse>;
  /** Removes the key from a text that the server sent. */
  redact(text: string): string;
}
