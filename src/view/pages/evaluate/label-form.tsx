import { useState } from "preact/hooks";
import { announce } from "../../app/announce.ts";
import { callTool } from "../../app/server.ts";
import { toFailure } from "../../app/use-answer.ts";
import { Failure } from "../../components/failure.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import type { CallFailure } from "../../connection/connection.ts";
import { common } from "../../texts/common.ts";
import { evaluateTexts } from "../../texts/evaluate.ts";

/** What a person says of one answer. A later label takes the place of their former one. */
export function LabelForm({
  run,
  trace,
  label,
  scale,
  of,
  saved,
}: {
  readonly run: string;
  readonly trace: string;
  readonly label: string;
  /** `yes_no` or `one_to_five`. */
  readonly scale: string;
  readonly of: string;
  readonly saved: () => void;
}) {
  const words = evaluateTexts();
  const [said, setSaid] = useState<string>();
  const [reason, setReason] = useState("");
  const [failure, setFailure] = useState<CallFailure>();
  const choices =
    scale === "yes_no"
      ? [
          ["yes", common().yes],
          ["no", common().no],
        ]
      : ["1", "2", "3", "4", "5"].map((one) => [one, one]);
  const save = async (event: Event) => {
    event.preventDefault();
    const value = scale === "yes_no" ? said === "yes" : Number(said);
    const labels = [{ trace_id: trace, value, ...(reason.trim() ? { reason } : {}) }];
    try {
      await callTool("label_answers", { run, name: label, labels });
      setFailure(undefined);
      announce(words.saved);
      saved();
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <form class="label-form" onSubmit={(event) => void save(event)}>
      <fieldset>
        <legend>
          <PlainText text={`${of}: ${label}`} />
        </legend>
        {choices.map(([value, text]) => (
          <label key={value}>
            <input
              type="radio"
              name={`label-${trace}`}
              required
              checked={said === value}
              onChange={() => setSaid(value)}
            />{" "}
            {text}
          </label>
        ))}
      </fieldset>
      <label class="field">
        {words.why}
        <input
          value={reason}
          maxLength={1_000}
          onInput={({ currentTarget }) => setReason(currentTarget.value)}
        />
      </label>
      <button type="submit">{words.save}</button>
      {failure && <Failure failure={failure} />}
    </form>
  );
}
