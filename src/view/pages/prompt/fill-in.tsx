import { useState } from "preact/hooks";
import { promptTexts } from "../../texts/prompt.ts";
import { ExamplePicker } from "./example-picker.tsx";
import { FillField } from "./fill-field.tsx";
import type { Registry, Version } from "./known.ts";
import { Preview } from "./preview.tsx";
import { Run } from "./run.tsx";
import { givenValues, isMissing, type Values } from "./values.ts";

/** Fills in the variables, shows what the agent gets, and asks a model with it. */
export function FillIn({
  registry,
  version,
}: {
  readonly registry: Registry;
  readonly version: Version;
}) {
  const [values, setValues] = useState<Values>({});
  const texts = promptTexts();
  const { arguments: args, problem, messages, template = "" } = version;
  // Nobody can fill in what has a problem and no arguments.
  if (problem !== undefined && args.length === 0) return null;
  const isComplete = !args.some((argument) => isMissing(argument, values));
  const call = {
    name: version.name,
    version: version.version,
    variables: givenValues(args, values),
  };
  const isEmpty = messages === undefined && template === "";
  return (
    <section class="fill-in" aria-labelledby="fill-in">
      <h2 id="fill-in">{texts.fillIn}</h2>
      <p class="quiet">{texts.fillInHelp}</p>
      {args.length > 0 && (
        <ExamplePicker key={version.version} {...{ version, values, setValues }} />
      )}
      {args.map((argument, index) => (
        <FillField
          key={argument.name}
          id={`fill-${index}`}
          {...{ argument, values }}
          onValue={(value) => setValues((last) => ({ ...last, [argument.name]: value }))}
        />
      ))}
      {!isEmpty && <Preview call={isComplete ? call : undefined} />}
      {registry.models !== undefined && (
        <Run call={isComplete ? call : undefined} models={registry.models} />
      )}
    </section>
  );
}
