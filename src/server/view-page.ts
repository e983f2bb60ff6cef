import { readFile } from "node:fs/promises";
import * as z from "zod";
import { viewFile } from "./view-file.ts";

const built = z.object({
  html: z.string(),
  /** `sha256-...` of the page's script and of its style sheet, as a Content-Security-Policy names them. */
  scriptHash: z.string(),
  styleHash: z.string(),
  /** By language, the texts that the document itself does not have, as JSON. */
  texts: z.record(z.string(), z.string()),
});

/** The view for people: one HTML document that loads nothing. */
export type ViewPage = Readonly<z.infer<typeof built>>;

/** Reads the page. */
export async function readViewPage(): Promise<ViewPage> {
  return built.parse(JSON.parse(await readFile(viewFile, "utf8")));
}

/** The texts in a language that the document itself does not have, as JSON. */
export function textsIn({ texts }: ViewPage, language: string): string | undefined {
  return Object.hasOwn(texts, language) ? texts[language] : undefined;
}
