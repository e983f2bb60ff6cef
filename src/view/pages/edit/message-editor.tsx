import { PlainText } from "../../components/plain-text.tsx";
import { TemplateField } from "../../components/template-field.tsx";
import { plainLine } from "../../text/hidden.ts";
import { editTexts } from "../../texts/edit.ts";
import type { EditedMessage } from "./draft.ts";
import { FieldProblem } from "./field-problem.tsx";
import { LineEnds } from "./text-editor.tsx";

const roles = ["system", "user", "assistant", "tool"];

/** One message, and where it stands. */
export function MessageEditor({
  message,
  number,
  count,
  problem,
  onMessage,
  onMove,
  onRemove,
}: {
  readonly message: EditedMessage;
  readonly number: number;
  readonly count: number;
  readonly problem: string | undefined;
  readonly onMessage: (message: EditedMessage) => void;
  readonly onMove: (by: 1 | -1) => void;
  readonly onRemove: () => void;
}) {
  return (
    <fieldset class="message">
      <legend>{editTexts().message(number)}</legend>
      <Content message={message} number={number} problem={problem} onMessage={onMessage} />
      <div class="buttons">
        <button
          type="button"
          aria-label={editTexts().moveUp(number)}
          aria-disabled={number === 1}
          onClick={() => number > 1 && onMove(-1)}
        >
          ↑
        </button>
        <button
          type="button"
          aria-label={editTexts().moveDown(number)}
          aria-disabled={number === count}
          onClick={() => number < count && onMove(1)}
        >
          ↓
        </button>
        <button
          type="button"
          aria-label={editTexts().remove(number)}
          aria-disabled={count === 1}
          onClick={() => count > 1 && onRemove()}
        >
          ✕
        </button>
      </div>
    </fieldset>
  );
}

function Content({
  message,
  number,
  problem,
  onMessage,
}: {
  readonly message: EditedMessage;
  readonly number: number;
  readonly problem: string | undefined;
  readonly onMessage: (message: EditedMessage) => void;
}) {
  switch (message.form) {
    case "text":
      return <TextMessage message={message} number={number} onMessage={onMessage} />;
    case "placeholder":
      return (
        <div class="field">
          <p>{editTexts().placeholder}</p>
          <label for={`message-${number}`}>{editTexts().placeholderName(number)}</label>
          <input
            id={`message-${number}`}
            value={message.name}
            onInput={({ currentTarget }) => onMessage({ ...message, name: currentTarget.value })}
          />
        </div>
      );
    case "json":
      return (
        <div class="field">
          <p class="quiet">{editTexts().jsonHelp}</p>
          <TemplateField
            id={`message-${number}`}
            label={editTexts().json(number)}
            value={message.json}
            onValue={(json) => onMessage({ ...message, json })}
            describedBy={problem === undefined ? undefined : `message-${number}-problem`}
          />
          <FieldProblem id={`message-${number}-problem`} problem={problem} />
        </div>
      );
  }
}

function TextMessage({
  message,
  number,
  onMessage,
}: {
  readonly message: Extract<EditedMessage, { form: "text" }>;
  readonly number: number;
  readonly onMessage: (message: EditedMessage) => void;
}) {
  const known = roles.includes(message.role) ? roles : [message.role, ...roles];
  const others = Object.keys(message.message).filter((key) => key !== "role" && key !== "content");
  return (
    <>
      <div class="field">
        <label for={`role-${number}`}>{editTexts().role}</label>
        <select
          id={`role-${number}`}
          value={message.role}
          onChange={({ currentTarget }) => onMessage({ ...message, role: currentTarget.value })}
        >
          {known.map((role) => (
            <option key={role} value={role}>
              {plainLine(role)}
            </option>
          ))}
        </select>
      </div>
      <TemplateField
        id={`message-${number}`}
        label={editTexts().content(number)}
        value={message.shown}
        onValue={(shown) => onMessage({ ...message, shown })}
        describedBy="text-help"
      />
      <LineEnds stored={message.stored} />
      {others.length > 0 && (
        <p class="quiet">
          <PlainText text={editTexts().alsoHas(others.join(", "))} />
        </p>
      )}
    </>
  );
}
