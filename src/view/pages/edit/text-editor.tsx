import { TemplateField } from "../../components/template-field.tsx";
import { lineEndsOf } from "../../text/line-ends.ts";
import { editTexts } from "../../texts/edit.ts";
import type { EditedText } from "./draft.ts";

/** The text of a text prompt. */
export function TextEditor({
  text,
  onText,
}: {
  readonly text: EditedText;
  readonly onText: (text: EditedText) => void;
}) {
  return (
    <section aria-labelledby="text-title">
      <h2 id="text-title" tabIndex={-1} data-step="writing">
        <label for="text">{editTexts().text}</label>
      </h2>
      <p id="text-help" class="quiet">
        {editTexts().textHelp}
      </p>
      <TemplateField
        id="text"
        label={undefined}
        value={text.shown}
        onValue={(shown) => onText({ ...text, shown })}
        describedBy="text-help"
      />
      <LineEnds stored={text.stored} />
    </section>
  );
}

const lineEndNames: Readonly<Record<string, string>> = { "\r\n": "CR LF", "\r": "CR" };

/** Says that line ends which nobody sees stay, where they are not line feeds. */
export function LineEnds({ stored }: { readonly stored: string }) {
  const kind = lineEndsOf(stored);
  if (kind === "\n") return null;
  return (
    <p class="quiet">{editTexts().lineEndsKept(lineEndNames[kind] ?? editTexts().lineEndsMixed)}</p>
  );
}
