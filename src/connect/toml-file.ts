import { parse, patch, stringify, TomlFormat } from "@decimalturn/toml-patch";
import * as z from "zod";
import { type JsonObject, parseJson } from "../registry/json.ts";
import { type Change, withChanges } from "./changes.ts";
import type { ConfigFile } from "./config-file.ts";
import { UnreadableConfig } from "./unreadable-config.ts";
import { isObject, valueAt } from "./value-at.ts";

/** @throws UnreadableConfig */
export function tomlFile(text: string): ConfigFile {
  const document = read(text);
  const root = plain(document);
  return {
    root,
    apply(changes) {
      const [change, ...others] = changes;
      if (change && others.length === 0 && isNewTable(root, change)) {
        const appended = `${text}${separatorAfter(text)}${tableText(change)}`;
        if (isToml(appended)) return appended;
      }
      // Adds a new table as one line, which is right in every file, and less readable.
      return patch(text, withChanges(document, changes));
    },
  };
}

function isNewTable(root: JsonObject, { path, value }: Change): boolean {
  return path.length === 2 && value !== undefined && valueAt(root, path) === undefined;
}

function tableText({ path: [section = "", name = ""], value = null }: Change): string {
  const format = new TomlFormat();
  format.inlineTableStart = 2;
  // The table of all servers is there already, or needs no line of its own.
  return stringify({ [section]: { [name]: value } }, format).replace(/^\[[^\].]*\]\n+/, "");
}

function separatorAfter(text: string): string {
  if (text.trim() === "") return "";
  return text.endsWith("\n") ? "\n" : "\n\n";
}

function isToml(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Dates and large integers as texts. */
function plain(document: JsonObject): JsonObject {
  const text = JSON.stringify(document, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  const root = parseJson(text);
  return isObject(root) ? root : {};
}

/** The place that the parser's error names, in lines from 1 and columns from 0. */
const placed = z.object({ message: z.string(), line: z.number(), column: z.number() });

function read(text: string): JsonObject {
  try {
    const root: JsonObject = parse(text);
    return root;
  } catch (error) {
    const { data } = placed.safeParse(error);
    // The lines before the last one quote the file.
    const problem = data?.message.split("\n").at(-1) ?? "It is not TOML";
    throw new UnreadableConfig(problem, data?.line ?? 1, (data?.column ?? 0) + 1);
  }
}
