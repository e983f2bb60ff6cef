import { compareContracts } from "../contract/compare-contracts.ts";
import type { Contract } from "../contract/contract.ts";
import type { ContractChange } from "../contract/contract-change.ts";
import type { Filled } from "../template/fill.ts";
import { type JinjaLogic, jinjaLogic } from "../template/jinja/analysis/logic.ts";
import { jinjaVariables } from "../template/jinja/analysis/undeclared.ts";
import { mustacheParameters } from "../template/mustache/renderer.ts";
import { type SectionNeed, sectionNeeds } from "../template/mustache/section-needs.ts";
import type { TemplateParameter } from "../template/parameters.ts";
import { type DiffNames, unifiedDiff } from "../template/patch.ts";
import { type RenderOptions, renderTemplate } from "../template/render.ts";
import type { Values } from "../template/renderer.ts";
import type { Template } from "../types.ts";

/** What can take long, by what callers wrote: data, so that it can be sent to another thread. */
interface Works {
  readonly jinjaVariables: {
    readonly given: { readonly texts: readonly string[] };
    readonly result: readonly string[] | undefined;
  };
  readonly jinjaLogic: {
    readonly given: { readonly texts: readonly string[]; readonly names: readonly string[] };
    readonly result: JinjaLogic | { readonly problem: string };
  };
  readonly mustacheParameters: {
    readonly given: { readonly texts: readonly string[] };
    readonly result: readonly TemplateParameter[] | undefined;
  };
  readonly sectionNeeds: {
    readonly given: { readonly texts: readonly string[] };
    readonly result: readonly SectionNeed[] | undefined;
  };
  readonly render: {
    readonly given: {
      readonly template: Template;
      readonly values: Values;
      readonly options: RenderOptions;
    };
    readonly result: Filled;
  };
  readonly compareContracts: {
    readonly given: { readonly before: Contract; readonly after: Contract };
    readonly result: ContractChange;
  };
  readonly diff: {
    readonly given: { readonly names: DiffNames; readonly before: string; readonly after: string };
    readonly result: string;
  };
}

export type WorkKind = keyof Works;
export type Work<Kind extends WorkKind = WorkKind> = {
  [K in Kind]: { readonly kind: K } & Works[K]["given"];
}[Kind];
export type WorkResult<Kind extends WorkKind> = Works[Kind]["result"];

const performers: { readonly [K in WorkKind]: (work: Work<K>) => Promise<WorkResult<K>> } = {
  jinjaVariables: async ({ texts }) => jinjaVariables(texts),
  jinjaLogic: async ({ texts, names }) => jinjaLogic(texts, new Set(names)),
  mustacheParameters: async ({ texts }) => mustacheParameters(texts),
  sectionNeeds: async ({ texts }) => sectionNeeds(texts),
  render: ({ template, values, options }) => renderTemplate(template, values, options),
  compareContracts: async ({ before, after }) => compareContracts(before, after),
  diff: async ({ names, before, after }) => unifiedDiff(names, before, after),
};

/** Does the work here and now, however long it takes. @throws RegistryError as what is done does */
export function perform<Kind extends WorkKind>(work: Work & Work<Kind>): Promise<WorkResult<Kind>> {
  const performer: (work: Work<Kind>) => Promise<WorkResult<Kind>> = performers[work.kind];
  return performer(work);
}
