import { argumentsTag, type DeclaredArguments } from "../contract/arguments.ts";
import { type JsonValue, stringifyJson } from "../json.ts";
import type { PromptVersion, Tags, VersionDraft } from "../types.ts";
import { omitOriginTags } from "./provenance.ts";

/** What a caller gives beside the text. Absent stays as in the base version, null drops it. */
export interface GivenDetails {
  readonly arguments?: DeclaredArguments | null | undefined;
  readonly modelConfig?: JsonValue | undefined;
  readonly responseFormat?: JsonValue | undefined;
  /** A null value drops one tag; null drops all of them, except the declared arguments. */
  readonly tags?: Readonly<Record<string, string | null>> | null | undefined;
}

export interface CarriedDetails {
  readonly draft: Pick<VersionDraft, "modelConfig" | "responseFormat" | "stored" | "tags">;
  /** What stays as in the base version, for people: "arguments", "tag team". */
  readonly kept: readonly string[];
}

/** Completes what a caller gives with what the base version has. The origin of the base stays with it. */
export function carryOver(base: PromptVersion | undefined, given: GivenDetails): CarriedDetails {
  const tags = carryTags(base === undefined ? {} : omitOriginTags(base.tags), given);
  const modelConfig = given.modelConfig === undefined ? base?.modelConfig : given.modelConfig;
  const responseFormat =
    given.responseFormat === undefined ? base?.responseFormat : given.responseFormat;
  return {
    draft: {
      tags: tags.all,
      ...(modelConfig === undefined || modelConfig === null ? {} : { modelConfig }),
      ...(responseFormat === undefined || responseFormat === null ? {} : { responseFormat }),
      ...(base?.stored === undefined ? {} : { stored: base.stored }),
    },
    kept: [
      ...(tags.kept.includes(argumentsTag) ? ["arguments"] : []),
      ...(given.modelConfig === undefined && isPresent(modelConfig) ? ["llm_config"] : []),
      ...(given.responseFormat === undefined && isPresent(responseFormat)
        ? ["response_format"]
        : []),
      ...tags.kept.filter((key) => key !== argumentsTag).map((key) => `tag ${key}`),
    ],
  };
}

function carryTags(
  old: Tags,
  { arguments: declared, tags: given }: GivenDetails,
): { readonly all: Tags; readonly kept: readonly string[] } {
  const changes = new Map<string, string | null>(Object.entries(given ?? {}));
  if (declared !== undefined) {
    changes.set(argumentsTag, declared === null ? null : stringifyJson(declared));
  }
  const kept = Object.entries(old).filter(
    ([key]) => !changes.has(key) && (given !== null || key === argumentsTag),
  );
  const set = [...changes].flatMap(([key, value]) => (value === null ? [] : [[key, value]]));
  return {
    all: Object.fromEntries([...kept, ...set]),
    kept: kept.map(([key]) => key),
  };
}

function isPresent(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}
