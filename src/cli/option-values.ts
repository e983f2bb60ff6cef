import { ConfigError } from "../config/errors.ts";

/** The values of a command's own flags, by their names without the dashes. */
export class OptionValues {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: ReadonlyMap<string, unknown>) {
    this.#values = values;
  }

  /** Whether a boolean flag is given. */
  has(flag: string): boolean {
    return this.#values.get(flag) === true;
  }

  text(flag: string): string | undefined {
    const value = this.#values.get(flag);
    return typeof value === "string" ? value : undefined;
  }

  /** The values of a flag that may be given several times, in their order. */
  texts(flag: string): readonly string[] {
    const value = this.#values.get(flag);
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** @throws ConfigError for a value that is no whole number from `least` */
  whole(flag: string, least: 0 | 1): number | undefined {
    const number = this.number(flag);
    if (number === undefined || (Number.isSafeInteger(number) && number >= least)) return number;
    throw new ConfigError(`--${flag} is "${number}": it must be a whole number from ${least}.`);
  }

  /** @throws ConfigError for a value that is no number */
  number(flag: string): number | undefined {
    const text = this.text(flag);
    if (text === undefined) return undefined;
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
    throw new ConfigError(`--${flag} is "${text}": it must be a number.`);
  }
}
