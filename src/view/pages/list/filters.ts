import type { Arguments } from "../../connection/tools.ts";

/** What is searched for, by the names of the form's fields, as the address has it. */
export type Filters = Readonly<Record<string, string>>;

/** How many prompts are read at a time. */
export const pageSize = 50;

/** The form's fields, in their order. Other names in an address are left alone. */
export const fields = [
  "query",
  "alias",
  "tag",
  "author",
  "since",
  "not_live",
  "never_evaluated",
  "order",
] as const;
export type Field = (typeof fields)[number];

/** What is given of the fields. */
export function givenFilters(filters: Filters): Filters {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = filters[field]?.trim();
      return value ? [[field, value]] : [];
    }),
  );
}

/** Whether a tag is written as name=value. */
export function isTag(text: string): boolean {
  return text.trim() === "" || text.trim().indexOf("=") > 0;
}

/** What `list_prompts` is called with; undefined while the tag is not one. */
export function searchOf(filters: Filters): Arguments<"list_prompts"> | undefined {
  const {
    query,
    alias,
    tag = "",
    author,
    since,
    not_live,
    never_evaluated,
    order,
  } = givenFilters(filters);
  if (!isTag(tag)) return undefined;
  const at = tag.indexOf("=");
  return {
    limit: pageSize,
    details: true,
    ...(query ? { query } : {}),
    ...(alias ? { alias } : {}),
    ...(tag ? { tags: { [tag.slice(0, at).trim()]: tag.slice(at + 1).trim() } } : {}),
    ...(author ? { author } : {}),
    ...(since ? { changed_since: since } : {}),
    ...(not_live ? { not_live: true } : {}),
    ...(never_evaluated ? { never_evaluated: true } : {}),
    ...(order === "name" || order === "changed" ? { order } : {}),
  };
}
