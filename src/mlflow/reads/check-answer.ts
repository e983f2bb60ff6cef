import { quote, RegistryError } from "../../registry/errors.ts";
import { UnknownOutcome } from "../errors/unknown-outcome.ts";
import type { WireModel, WireVersion } from "../schemas.ts";

/** What MLflow was asked for. */
export interface Asked {
  readonly name: string;
  readonly version?: number;
  readonly alias?: string;
}

/**
 * The version, if it is the one that was asked for. MLflow says which aliases a version has (3.8 to
 * 3.17); where it says none they are not looked at.
 * @throws RegistryError `unavailable` when it is another one
 */
export function requireVersion(asked: Asked, got: WireVersion): WireVersion {
  const { name, version = got.version, alias } = asked;
  const isNamed = alias === undefined || got.aliases.length === 0 || got.aliases.includes(alias);
  if (got.name === name && got.version === version && isNamed) return got;
  throw wrongTarget(asked, `version ${got.version} of ${quote(got.name)}`);
}

/** The same for the model of a prompt. */
export function requireModel(asked: Asked, got: WireModel): WireModel {
  const other = got.latest_versions.find(({ name }) => name !== got.name);
  if (got.name === asked.name && other === undefined) return got;
  throw wrongTarget(asked, quote(other?.name ?? got.name));
}

/** What was created, if the answer is about it. @throws UnknownOutcome otherwise */
export function requireName<Created extends WireModel | WireVersion>(
  name: string,
  got: Created,
): Created {
  if (got.name === name) return got;
  const happened = `MLflow was to create something named ${quote(name)} and answered with ${quote(got.name)}.`;
  throw new UnknownOutcome(happened, "Check what stands between here and the MLflow server.");
}

function wrongTarget({ name, version, alias }: Asked, got: string): RegistryError {
  const part = alias === undefined ? "" : `the version with alias ${quote(alias)} of `;
  const wanted = version === undefined ? part : `version ${version} of `;
  return new RegistryError(
    "unavailable",
    `MLflow was asked for ${wanted}${quote(name)} and answered with ${got}. Try again; if this lasts, check what stands between here and the MLflow server, and whether its database tells upper case from lower case.`,
    { prompt: name, ...(version === undefined ? {} : { version }) },
  );
}
