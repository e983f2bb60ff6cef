/** A flag or variable that cannot be used. The message names it, its value and the fix. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
