import { batch, computed, signal } from "@preact/signals";

/** The languages of the view. English is in the page; the others are read when somebody wants them. */
export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

/**
 * A text. `{0}`, `{1}` and `{2}` are the places of values.
 *
 * With forms, the first value chooses one: a number by the plural category of the language (CLDR: `one`,
 * `other`, …), and the numbers in it are written as counts; a word by its own name. `other` is for the rest.
 */
export type Text = string | Forms;
type Forms = Readonly<Record<string, string>> & { readonly other: string };

/** The same texts in another language. */
export type Translation<English> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Forms;
};

/** The texts of a language, by part and key. */
export type Catalogue = Readonly<Record<string, Readonly<Record<string, Text>>>>;

type Value = string | number;

/** A text as pages use it: one without places as it is, others as a function of their values. */
type Said<English> = English extends Forms
  ? (choice: Value, ...more: Value[]) => string
  : English extends `${string}{2}${string}`
    ? (first: Value, second: Value, third: Value) => string
    : English extends `${string}{1}${string}`
      ? (first: Value, second: Value) => string
      : English extends `${string}{0}${string}`
        ? (value: Value) => string
        : string;

/** The language that is shown. */
export const language = signal<Language>("en");

/** The texts of the language that is shown, where that is not English. */
const translated = signal<Catalogue>({});

/** The first of the person's languages that there is. @param wanted such as `de-AT` */
export function knownLanguage(wanted: readonly string[]): Language {
  const found = wanted
    .map((tag) => tag.toLowerCase().split("-")[0])
    .map((tag) => languages.find((known) => known === tag))
    .find((known) => known !== undefined);
  return found ?? "en";
}

/** Shows another language. @param catalogue its texts; English has none */
export function showLanguage(next: Language, catalogue: Catalogue = {}): void {
  batch(() => {
    language.value = next;
    translated.value = catalogue;
  });
}

/**
 * A part of the catalogue: one file of `texts/` for a page.
 * @param part its name in the catalogues of the other languages (`german.ts`)
 * @returns its texts in the language shown
 */
export function defineTexts<const English extends Readonly<Record<string, Text>>>(
  part: string,
  en: English,
): () => { readonly [Key in keyof English]: Said<English[Key]> } {
  const said = computed(() => {
    const texts = { ...en, ...translated.value[part] };
    const entries = Object.entries(texts).map(([key, text]) => [key, say(text)]);
    // The keys are those of `en`.
    return Object.fromEntries(entries) as { readonly [Key in keyof English]: Said<English[Key]> };
  });
  return () => said.value;
}

function say(text: Text): string | ((...values: readonly Value[]) => string) {
  if (typeof text !== "string") {
    return (...values) => fill(formOf(text, values[0]), values.map(countText));
  }
  return /\{\d\}/.test(text) ? (...values) => fill(text, values) : text;
}

function formOf(forms: Forms, choice: Value | undefined): string {
  const name = typeof choice === "number" ? pluralOf(choice) : String(choice);
  return (Object.hasOwn(forms, name) ? forms[name] : undefined) ?? forms.other;
}

function pluralOf(count: number): string {
  return plurals.value.select(count);
}

function fill(text: string, values: readonly Value[]): string {
  return text.replace(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)]));
}

function countText(value: Value): Value {
  return typeof value === "number" ? numberText(value) : value;
}

// Making a format takes much longer than using it, and lists have many times.
const plurals = computed(() => new Intl.PluralRules(language.value));
const times = computed(
  () => new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" }),
);
/** By the most digits after the decimal point. */
const numbers = computed(() => ({
  language: language.value,
  formats: new Map<number, Intl.NumberFormat>(),
}));

/** A time as people read it, in their time zone. @param iso an ISO 8601 time */
export function timeText(iso: string): string {
  return times.value.format(new Date(iso));
}

export function numberText(value: number, maximumFractionDigits = 0): string {
  const { language: shown, formats } = numbers.value;
  const format =
    formats.get(maximumFractionDigits) ?? new Intl.NumberFormat(shown, { maximumFractionDigits });
  formats.set(maximumFractionDigits, format);
  return format.format(value);
}
