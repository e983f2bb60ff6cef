import { LosslessNumber } from "lossless-json";
import { Document, isMap, isScalar, isSeq, Pair, Scalar, type Tags, YAMLMap, YAMLSeq } from "yaml";
import { isJsonObject, type JsonObject, type JsonValue, numberOf } from "../registry/json.ts";
import { quoteYaml } from "../registry/text/yaml-text.ts";
import { isSameJson } from "./same-content.ts";
import { jsonOf, keyOf, membersOf, parseYaml, type YamlDocument } from "./yaml-map.ts";

/**
 * Changes the keys of YAML whose values differ. The text of every other key stays as it is, and so do
 * the comments and the order of keys within a changed one.
 * @param text with line feeds alone
 */
export function editYaml(text: string, wanted: JsonObject): string {
  const document = parseYaml(text, 0);
  const current = membersOf(document, 0);
  const names = [...new Set([...Object.keys(current), ...Object.keys(wanted)])];
  const changed = names.filter((name) => !isSameJson(current[name], wanted[name]));
  return changed.reduce((edited, name) => editKey(edited, name, wanted[name]), text);
}

function editKey(text: string, name: string, value: JsonValue | undefined): string {
  const document = parseYaml(text, 0);
  const { contents } = document;
  const pairs = isMap(contents) && !contents.flow ? contents.items : undefined;
  if (pairs === undefined || usesAnchors(text)) return editWhole(document, name, value);
  const span = spanOf(pairs, name);
  if (span === undefined) {
    return value === undefined ? text : `${withBreak(text)}${toText({ [name]: value })}`;
  }
  const [start, end] = span;
  const changed = value === undefined ? "" : editPair(text.slice(start, end), name, value);
  return text.slice(0, start) + changed + text.slice(end);
}

function editPair(text: string, name: string, value: JsonValue): string {
  const document = parseYaml(text, 0);
  const edited = editWhole(document, name, value);
  return text.endsWith("\n") ? withBreak(edited) : edited.replace(/\n$/, "");
}

/** Where the text of a key and its value begins and ends; undefined for a key that is not there. */
function spanOf(pairs: readonly Pair[], name: string): readonly [number, number] | undefined {
  const index = pairs.findIndex(({ key }) => keyOf(key) === name);
  const [pair, next] = [pairs[index], pairs[index + 1]];
  const start = pair && startOf(pair);
  if (pair === undefined || start === undefined) return undefined;
  const ends = [pair.key, pair.value].map((node) => rangeOf(node)?.[2] ?? 0);
  const end = Math.max(start, ...ends);
  return [start, Math.min(end, (next && startOf(next)) ?? end)];
}

function startOf({ key }: Pair): number | undefined {
  return rangeOf(key)?.[0];
}

function rangeOf(node: unknown) {
  return isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
}

/** An anchor in one key may be used in another. */
function usesAnchors(text: string): boolean {
  return /(?:^|[\s:[{,-])[&*][^\s,\]}]/.test(text);
}

function editWhole(document: YamlDocument, name: string, value: JsonValue | undefined): string {
  if (value === undefined) document.delete(name);
  else if (isMap(document.contents)) setMember(document, document.contents, name, value);
  else return toText({ [name]: value });
  return print(document);
}

function setMember(document: Document, map: YAMLMap, name: string, value: JsonValue): void {
  const pair = map.items.find(({ key }) => keyOf(key) === name);
  if (pair === undefined) {
    map.items.push(new Pair(keyNode(name), nodeOf(value)));
    return;
  }
  pair.value = changedNode(document, pair.value, value);
}

/** The node with another value. What is the same in it stays the same node, with its comments. */
function changedNode(document: Document, node: unknown, value: JsonValue): unknown {
  if (isSameJson(jsonOf(document, node), value)) return node;
  if (isMap(node) && isJsonObject(value)) {
    node.items = node.items.filter(({ key }) => Object.hasOwn(value, keyOf(key)));
    for (const [name, member] of Object.entries(value)) setMember(document, node, name, member);
    return node;
  }
  if (isSeq(node) && Array.isArray(value) && node.items.length === value.length) {
    node.items = node.items.map((item, index) => changedNode(document, item, value[index] ?? null));
    return node;
  }
  const changed = nodeOf(value);
  if (isScalar(node) && isScalar(changed)) {
    if (node.comment) changed.comment = node.comment;
    if (node.type === Scalar.BLOCK_LITERAL && String(changed.value).includes("\n")) {
      changed.type = node.type;
    }
  }
  return changed;
}

/** YAML of a new map. */
export function toText(value: JsonObject): string {
  return print(new Document(nodeOf(value), { version: "1.2" }));
}

/** A text that is quoted, so that YAML 1.1 (which PyYAML reads) and 1.2 agree on what it is. */
class QuotedText extends Scalar<string> {}

function nodeOf(value: JsonValue): Scalar | YAMLMap | YAMLSeq {
  if (typeof value === "string") return new QuotedText(value);
  if (typeof value === "number" || value instanceof LosslessNumber) return numberNode(value);
  if (value === null || typeof value === "boolean") return new Scalar(value);
  if (Array.isArray(value)) {
    const list = new YAMLSeq();
    list.items = value.map(nodeOf);
    list.flow = value.length === 0;
    return list;
  }
  const map = new YAMLMap();
  for (const [name, member] of Object.entries(value)) {
    map.items.push(new Pair(keyNode(name), nodeOf(member)));
  }
  map.flow = map.items.length === 0;
  return map;
}

/** A name that no YAML reads as anything but this text stays without quotes. */
function keyNode(name: string): Scalar {
  const isPlain =
    /^[A-Za-z_][A-Za-z0-9_]+$/.test(name) && !/^(?:yes|no|on|off|true|false|null)$/i.test(name);
  return isPlain ? new Scalar(name) : new QuotedText(name);
}

function numberNode(value: number | LosslessNumber): Scalar {
  const spelling = String(value);
  if (/^-?\d+$/.test(spelling)) return new Scalar(BigInt(spelling));
  const node = new Scalar(numberOf(value));
  const fraction = /^-?\d+\.(\d+)$/.exec(spelling)?.[1];
  if (fraction !== undefined) node.minFractionDigits = fraction.length;
  return node;
}

function print(document: Document): string {
  document.setSchema("1.2", { schema: "core", merge: false, customTags: withQuotedTexts });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

const textTag = "tag:yaml.org,2002:str";

function withQuotedTexts(tags: Tags): Tags {
  return tags.map((tag) => {
    if (typeof tag !== "object" || tag.tag !== textTag || tag.collection !== undefined) return tag;
    const { stringify } = tag;
    const print: typeof stringify = (item, ...rest) =>
      item instanceof QuotedText ? quoteYaml(item.value) : (stringify?.(item, ...rest) ?? "");
    return { ...tag, stringify: print };
  });
}

function withBreak(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
