import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useAnswer } from "../../app/use-answer.ts";
import { Loading } from "../../components/loading.tsx";
import { evaluateTexts } from "../../texts/evaluate.ts";
import { AnswerRow } from "./answer-row.tsx";

interface Labelling {
  readonly run: string;
  readonly label: string;
  /** `yes_no` or `one_to_five`. */
  readonly scale: string;
  readonly mayLabel: boolean;
  /** Reads the results again: labels change the agreement with people. */
  readonly reload: () => void;
}

/** The answers of a run from one on, and below them those that follow, when somebody wants them. */
export function AnswerRows({ start, ...given }: Labelling & { readonly start: number }) {
  const words = evaluateTexts();
  const read = useAnswer("evaluation_rows", { run: given.run, start });
  const [hasMore, setMore] = useState(false);
  const shown = useRef<HTMLElement>(null);
  // The button that was pressed is gone.
  useLayoutEffect(() => shown.current?.focus(), []);
  const next = read.value?.next_start;
  const saved = () => {
    read.reload();
    given.reload();
  };
  const rows = (
    <Loading of={read}>
      {({ rows }) => (
        <>
          {rows.length === 0 && <p class="quiet">{words.noRows}</p>}
          {rows.map((row, index) => (
            <AnswerRow
              key={row.trace_id}
              {...{ ...given, row, saved }}
              title={words.row(start + index + 1)}
            />
          ))}
        </>
      )}
    </Loading>
  );
  return (
    <>
      {start === 0 ? (
        rows
      ) : (
        <section ref={shown} tabIndex={-1} aria-label={words.row(start + 1)}>
          {rows}
        </section>
      )}
      {next !== undefined &&
        (hasMore ? (
          <AnswerRows {...given} start={next} />
        ) : (
          <button type="button" onClick={() => setMore(true)}>
            {words.more}
          </button>
        ))}
    </>
  );
}
