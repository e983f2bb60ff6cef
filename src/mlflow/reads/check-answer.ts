import { quote, RegistryError } from "../../registry/errors.ts";
import { UnknownOutcome } from "../errors/unknown-outcome.ts";
import type { WireModel, WireVersion } from "../schemas.ts";

/** What a request names. */
export interface Requested {
  readonly name: string;
  readonly version?: number;
  readonly alias?: string;
}

/**
 * Returns the version if it is the requested one. The alias is only compared when MLflow returns the
 * version's aliases (3.8 to 3.17).
 * @throws RegistryError `unavailable` when it is another version
 */
export function requireVersion(requested: Requested, got: WireVersion): WireVersion {
  const { name, version = got.version, alias } = requested;
  const isNamed = alias === undefined || got.aliases.length === 0 || got.aliases.includes(alias);
  if (got.name === name && got.version === version && isNamed) return got;
  throw wrongTarget(requested, `version ${got.version} of ${quote(got.name)}`);
}

/** Returns the model if it is the requested one. @throws RegistryError `unavailable` otherwise */
export function requireModel(requested: Requested, got: WireModel): WireModel {
  const other = got.latest_versions.find(({ name }) => name !== got.name);
  if (got.name === requested.name && other === undefined) return got;
  throw wrongTarget(requested, quote(other?.name ?? got.name));
}

/** Returns the created model or version if it has this name. @throws UnknownOutcome otherwise */
export function requireName<Created extends WireModel | WireVersion>(
  name: string,
  got: Created,
): Created {
  if (got.name === name) return got;
  const happened = `The request was to create ${quote(name)}, but MLflow returned ${quote(got.name)}.`;
  throw new UnknownOutcome(happened, "Check any proxy or cache in front of the MLflow server.");
}

function wrongTarget({ name, version, alias }: Requested, got: string): RegistryError {
  const part = alias === undefined ? "" : `the version with alias ${quote(alias)} of `;
  const target = version === undefined ? part : `version ${version} of `;
  return new RegistryError(
    "unavailable",
    `MLflow returned ${got} instead of ${target}${quote(name)}. Try again. If this continues, check any proxy or cache in front of the MLflow server, and whether its database distinguishes upper case and lower case.`,
    { prompt: name, ...(version === undefined ? {} : { version }) },
  );
}
