import { listFirst, quote, RegistryError } from "../registry/errors.ts";
import {
  aliasHistoryTag,
  checkNewAlias,
  checkNewPromptName,
  checkPromptDetails,
} from "../registry/limits.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { PromptVersion, Tags, VersionDraft } from "../registry/types.ts";
import { type Comparison, comparePrompt, compareVersion } from "./compare-prompt.ts";
import { copyTag, digestOf, type Held, readHeld, type VersionDigest } from "./held.ts";
import type { PromptOutcome } from "./outcome.ts";
import type { SourcePrompt, SourceVersion } from "./source.ts";
import { stopsEverything } from "./stops.ts";
import type { Target } from "./target.ts";
import { writeVersion } from "./write-version.ts";

/**
 * Carries one prompt over. What the target has already stays; if something in it differs, nothing of
 * the prompt is written.
 * @throws RegistryError only where all prompts would fail: the target is away, or the call cancelled
 */
export async function transferPrompt(
  target: Target,
  source: SourcePrompt,
  options: CallOptions,
): Promise<PromptOutcome> {
  const transfer = new PromptTransfer(target, source, options);
  try {
    await transfer.run();
  } catch (error) {
    if (!(error instanceof RegistryError) || stopsEverything(error)) throw error;
    return transfer.failed(error);
  }
  return transfer.outcome();
}

type Unstorable = Extract<SourceVersion, { readonly problem: string }>;

/** A version that can be stored, with its digest. */
interface StorableVersion {
  readonly version: number;
  readonly draft: VersionDraft;
  readonly digest: VersionDigest;
}

function withDigest(source: SourceVersion): StorableVersion | Unstorable {
  if ("problem" in source) return source;
  try {
    return { ...source, digest: digestOf(source.draft) };
  } catch (error) {
    if (!(error instanceof RegistryError) || error.kind !== "invalid") throw error;
    return { version: source.version, problem: error.message };
  }
}

class PromptTransfer {
  readonly #target: Target;
  readonly #source: SourcePrompt;
  readonly #options: CallOptions;
  readonly #notes: string[];
  readonly #conflicts: string[] = [];
  /** Numbers of the target that the source has not shown yet. */
  readonly #unseen = new Set<number>();
  /** Writes to versions that exist, which wait until everything is compared. */
  readonly #pending: (() => Promise<void>)[] = [];
  readonly #leftOut = new Set<number>();
  #existed = false;
  #compared = false;
  #changed = false;
  #highest = 0;
  /** The version that was registered last, if there is one. */
  #after: PromptVersion | undefined;
  #versions = 0;
  #aliases = 0;

  constructor(target: Target, source: SourcePrompt, options: CallOptions) {
    this.#target = target;
    this.#source = source;
    this.#options = options;
    this.#notes = [...source.notes];
  }

  async run(): Promise<void> {
    const held = await readHeld(this.#target.registry, this.#source.name, this.#options);
    this.#existed = held !== undefined;
    const comparison = comparePrompt(this.#source, held);
    this.#conflicts.push(...comparison.conflicts);
    if (held) this.#readNumbers(held);
    for await (const source of this.#source.versions()) {
      const version = withDigest(source);
      const there = held?.versions.get(version.version);
      this.#unseen.delete(version.version);
      if ("problem" in version) this.#leaveOut(version);
      else if (there) this.#compare(version, there);
      else if (version.version < this.#highest) {
        this.#conflicts.push(
          `Version ${version.version} is missing in the target, which has later ones.`,
        );
      } else await this.#add(version);
    }
    await this.#startWriting();
    if (this.#conflicts.length === 0) await this.#finish(comparison);
  }

  #readNumbers({ versions }: Held): void {
    for (const [number, { copyOf }] of versions) {
      this.#highest = Math.max(this.#highest, number);
      if (copyOf === undefined || copyOf === number) this.#unseen.add(number);
      if (copyOf === undefined) continue;
      this.#pending.push(() => this.#clearCopy(number, copyOf));
    }
  }

  /** Finishes what an interrupted run left. */
  async #clearCopy(number: number, copyOf: number): Promise<void> {
    const { registry } = this.#target;
    const { name } = this.#source;
    if (copyOf === number) {
      await registry.tagVersion(name, number, { [copyTag]: null }, {}, this.#options);
    } else {
      await registry.deleteVersion(name, number, {}, this.#options);
    }
  }

  #leaveOut({ version, problem }: Unstorable): void {
    this.#leftOut.add(version);
    this.#notes.push(`Version ${version} was left out: ${problem}`);
  }

  #compare({ version, draft, digest }: StorableVersion, held: VersionDigest): void {
    const { tags = {} } = draft;
    const compared = compareVersion(version, { digest, tags }, held);
    this.#conflicts.push(...compared.conflicts);
    if (Object.keys(compared.tags).length > 0) {
      this.#pending.push(() => this.#tagVersion(version, compared.tags));
    }
  }

  #tagVersion(version: number, tags: Tags): Promise<void> {
    return this.#target.registry.tagVersion(this.#source.name, version, tags, {}, this.#options);
  }

  async #add(source: StorableVersion): Promise<void> {
    await this.#startWriting();
    if (this.#conflicts.length > 0) return;
    if (!this.#target.dryRun) {
      const { name } = this.#source;
      const before = { previous: this.#highest, after: this.#after };
      this.#after = await writeVersion(this.#target, name, source, before, this.#options);
    }
    this.#highest = source.version;
    this.#versions++;
  }

  /** All versions that the target had are compared when the first one is to be written. */
  async #startWriting(): Promise<void> {
    if (this.#compared) return;
    this.#compared = true;
    if (this.#unseen.size > 0) {
      const numbers = listFirst(
        [...this.#unseen].toSorted((one, other) => one - other).map(String),
        ", ",
        5,
      );
      this.#conflicts.push(`The target has versions that the source does not have: ${numbers}.`);
    }
    if (this.#conflicts.length > 0) return;
    if (!this.#existed) await this.#create();
    for (const write of this.#pending) await this.#write(write);
  }

  async #create(): Promise<void> {
    const { name, description, tags } = this.#source;
    // What a dry run must find out too.
    checkNewPromptName(name);
    checkPromptDetails({ description, tags });
    await this.#write(async () => {
      await this.#target.registry.createPrompt(name, { description, tags }, this.#options);
    });
  }

  /** What belongs to the prompt, once its versions are there. */
  async #finish({ description, tags, aliases, aliasHistory }: Comparison): Promise<void> {
    const { registry, backEnd } = this.#target;
    const { name } = this.#source;
    if (description !== undefined) {
      await this.#write(() => registry.updatePrompt(name, { description }, {}, this.#options));
    }
    if (Object.keys(tags).length > 0) {
      await this.#write(() => registry.tagPrompt(name, tags, {}, this.#options));
    }
    for (const [alias, version] of aliases) await this.#setAlias(alias, version);
    if (aliasHistory === undefined) return;
    const history = { [aliasHistoryTag]: aliasHistory };
    await this.#write(() => backEnd.tagPrompt(name, history, {}, this.#options));
  }

  async #setAlias(alias: string, version: number): Promise<void> {
    const { registry } = this.#target;
    const { name } = this.#source;
    if (this.#leftOut.has(version)) {
      this.#notes.push(`The alias ${quote(alias)} was left out with version ${version}.`);
      return;
    }
    try {
      checkNewAlias(alias);
      await this.#write(async () => {
        await registry.setAlias(name, alias, version, { expectedVersion: 0 }, this.#options);
      });
      this.#aliases++;
    } catch (error) {
      if (!(error instanceof RegistryError) || error.kind !== "invalid") throw error;
      this.#notes.push(`The alias ${quote(alias)} was left out: ${error.message}`);
    }
  }

  async #write(write: () => Promise<void>): Promise<void> {
    this.#changed = true;
    if (!this.#target.dryRun) await write();
  }

  failed(error: RegistryError): PromptOutcome {
    const isConflict = error.kind === "conflict" || error.kind === "already_exists";
    return {
      ...this.outcome(),
      result: isConflict ? "conflict" : "failed",
      notes: [...this.#notes, error.message],
    };
  }

  outcome(): PromptOutcome {
    return {
      name: this.#source.name,
      result: this.#result(),
      versions: this.#versions,
      aliases: this.#aliases,
      notes: [...this.#conflicts, ...this.#notes],
    };
  }

  #result(): PromptOutcome["result"] {
    if (this.#conflicts.length > 0) return "conflict";
    if (!this.#existed) return "created";
    return this.#changed || this.#versions > 0 ? "completed" : "unchanged";
  }
}
