import { question } from "../app/dialogs.ts";
import { Modal } from "./modal.tsx";
import { PlainText } from "./plain-text.tsx";
import { ServerText } from "./server-text.tsx";

/** Shows the question that the view asks now. */
export function QuestionDialog() {
  const asked = question.value;
  if (!asked) return null;
  return (
    <Modal
      labelledBy="question-title"
      describedBy="question-text"
      onCancel={() => asked.answer(null)}
    >
      <h2 id="question-title">{asked.title}</h2>
      <p id="question-text" class="pre">
        {asked.isOfServer ? <ServerText text={asked.text} /> : <PlainText text={asked.text} />}
      </p>
      <div class="buttons">
        <button type="button" onClick={() => asked.answer(false)}>
          {asked.no}
        </button>
        <button type="button" class="primary" onClick={() => asked.answer(true)}>
          {asked.yes}
        </button>
      </div>
    </Modal>
  );
}
