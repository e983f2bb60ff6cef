import * as z from "zod";

/** The sections that can run by themselves. */
export const sections = [
  "lists",
  "gets",
  "rates",
  "evaluate",
  "migrate",
  "outage",
  "view",
  "install",
  "scale",
] as const;

export type Section = (typeof sections)[number];

const chosen = z
  .string()
  .transform((text) => text.split(","))
  .pipe(
    z.array(z.enum(sections, { error: ({ input }) => `There is no section called "${input}".` })),
  );

/** The sections in a list such as "lists,gets". Throws if a name is unknown. */
export function parseSections(text: string): readonly Section[] {
  const { data, error } = chosen.safeParse(text);
  if (data) return data;
  throw new Error(`${error?.issues[0]?.message} The sections are ${sections.join(", ")}.`);
}
