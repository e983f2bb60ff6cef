import { useId, useRef, useState } from "preact/hooks";
import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { OutsideLink } from "../../components/outside-link.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { ServerText } from "../../components/server-text.tsx";
import type { Answer } from "../../connection/tools.ts";
import { plainLine } from "../../text/hidden.ts";
import { exampleTexts } from "../../texts/examples.ts";
import { timeText } from "../../texts/texts.ts";
import type { Version } from "./known.ts";
import { type Values, withExample, withoutExample } from "./values.ts";

type Example = Answer<"list_examples">["examples"][number];

/** Characters of an example's values in the list. */
const shownLength = 80;

interface Filled {
  readonly example: Example;
  /** The fields that had another value. */
  readonly replaced: readonly string[];
  readonly before: Values;
}

/** Fills in with values that datasets and traces remember. They are read when a person opens it. */
export function ExamplePicker({
  version: { name, version, arguments: args },
  values,
  setValues,
}: {
  readonly version: Version;
  readonly values: Values;
  readonly setValues: (values: Values) => void;
}) {
  const texts = exampleTexts();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(0);
  const [filled, setFilled] = useState<Filled>();
  const picker = useRef<HTMLSelectElement>(null);
  const read = useAnswer("list_examples", isOpen ? { name, version } : undefined);
  const fill = (example: Example) => {
    const { values: next, replaced } = withExample(args, values, example.values);
    setFilled({ example, replaced, before: values });
    setValues(next);
  };
  const undo = ({ example, before }: Filled) => {
    setValues(withoutExample(values, before, example.values));
    setFilled(undefined);
    picker.current?.focus();
  };
  return (
    <details class="examples" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{texts.title}</summary>
      <Loading of={read}>
        {({ examples, notes = [] }) => {
          const example = examples[chosen] ?? examples[0];
          return (
            <>
              {example === undefined ? (
                <p>{texts.none}</p>
              ) : (
                <>
                  <div class="field">
                    <label for={id}>{texts.example}</label>
                    <select
                      id={id}
                      ref={picker}
                      value={examples.indexOf(example)}
                      onChange={({ currentTarget }) => setChosen(Number(currentTarget.value))}
                    >
                      {examples.map((one, index) => (
                        <option key={index} value={index}>
                          {plainLine(`${sourceText(one)}: ${shortText(one)}`)}
                        </option>
                      ))}
                    </select>
                  </div>
                  <button type="button" onClick={() => fill(example)}>
                    {texts.fill}
                  </button>
                </>
              )}
              <div role="status">
                {filled && (
                  <p>
                    <PlainText text={texts.filled(sourceText(filled.example))} />{" "}
                    {filled.replaced.length > 0 && (
                      <PlainText text={texts.replaced(filled.replaced.join(", "))} />
                    )}
                  </p>
                )}
              </div>
              {filled && (
                <div class="buttons">
                  <button type="button" onClick={() => undo(filled)}>
                    {texts.undo}
                  </button>
                  {filled.example.trace?.trace_url !== undefined && (
                    <OutsideLink to={filled.example.trace.trace_url}>{texts.openTrace}</OutsideLink>
                  )}
                </div>
              )}
              {notes.map((note) => (
                <p key={note} class="quiet">
                  <ServerText text={note} />
                </p>
              ))}
            </>
          );
        }}
      </Loading>
    </details>
  );
}

function sourceText({ dataset, trace }: Example): string {
  if (dataset) return exampleTexts().row(dataset.name, dataset.row);
  return exampleTexts().trace(trace?.trace_id ?? "", trace === undefined ? "" : timeText(trace.at));
}

function shortText({ values }: Example): string {
  const text = Object.values(values).join(" · ");
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`;
}
