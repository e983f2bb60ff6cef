/** How a client reaches this server: it starts the program, or calls an address. */
export type Connection =
  | {
      readonly kind: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      /** A value such as `<MLFLOW_TRACKING_TOKEN>` stands for a secret. */
      readonly env: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "http";
      readonly url: string;
      /** As `env`. */
      readonly headers: Readonly<Record<string, string>>;
    };

/** Whether a person must put a secret in the place of the value. */
export function isPlaceholder(value: unknown): boolean {
  return typeof value === "string" && /^<[^<>]+>$/.test(value);
}
