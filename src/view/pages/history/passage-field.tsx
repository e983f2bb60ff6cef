import { useId, useRef, useState } from "preact/hooks";
import { announce } from "../../app/announce.ts";
import { plainLine } from "../../text/hidden.ts";
import { type Passage, passageAt } from "../../text/passage.ts";
import { historyTexts } from "../../texts/history.ts";

export interface ChosenPassage extends Passage {
  readonly message?: number;
}

interface VersionText {
  readonly text: string;
  readonly message?: number;
  readonly role?: string;
}

/** The texts of a version in fields that cannot be edited: people select a passage, or put the cursor on a line. */
export function PassageField({
  texts,
  choose,
}: {
  readonly texts: readonly VersionText[];
  readonly choose: (passage: ChosenPassage) => void;
}) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [index, setIndex] = useState(0);
  const words = historyTexts();
  const shown = texts[index];
  if (!shown) return <p>{words.noText}</p>;
  const take = () => {
    const { selectionStart = 0, selectionEnd = 0 } = field.current ?? {};
    const passage = passageAt(shown.text, selectionStart, selectionEnd);
    if (!passage) return announce(words.emptyLine);
    const { message } = shown;
    choose({ ...passage, ...(message === undefined ? {} : { message }) });
  };
  return (
    <div class="passage-field">
      {texts.length > 1 && (
        <p>
          <label for={`${id}-message`}>{words.message}</label>{" "}
          <select
            id={`${id}-message`}
            value={index}
            onChange={({ currentTarget }) => setIndex(Number(currentTarget.value))}
          >
            {texts.map(({ message = 0, role = "" }, at) => (
              <option key={message} value={at}>
                {plainLine(words.messageOf(message + 1, role))}
              </option>
            ))}
          </select>
        </p>
      )}
      <label for={id}>{words.versionText}</label>
      <p id={`${id}-help`} class="quiet">
        {words.passageHelp}
      </p>
      <textarea
        id={id}
        ref={field}
        readOnly
        rows={8}
        value={shown.text}
        aria-describedby={`${id}-help`}
      />
      <button type="button" onClick={take}>
        {words.usePassage}
      </button>
    </div>
  );
}
