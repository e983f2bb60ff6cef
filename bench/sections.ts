import * as z from "zod";

/** What can be measured by itself. */
export const sections = ["lists", "gets", "outage", "scale"] as const;

export type Section = (typeof sections)[number];

const chosen = z
  .string()
  .transform((text) => text.split(","))
  .pipe(
    z.array(
      z.enum(sections, { error: ({ input }) => `There is nothing to measure called "${input}".` }),
    ),
  );

/** The sections that a list such as "lists,gets" names. Throws when one is none. */
export function parseSections(text: string): readonly Section[] {
  const { data, error } = chosen.safeParse(text);
  if (data) return data;
  throw new Error(`${error?.issues[0]?.message} There are ${sections.join(", ")}.`);
}
