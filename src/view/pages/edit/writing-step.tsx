import type { ComponentChildren } from "preact";
import { editTexts } from "../../texts/edit.ts";
import { ArgumentsEditor } from "./arguments-editor.tsx";
import type { Draft, Version } from "./draft.ts";
import { MessagesEditor } from "./messages-editor.tsx";
import { type FieldProblems, mayUse } from "./registration.ts";
import { ResponseFormatEditor, SettingsEditor } from "./settings-editor.tsx";
import { TextEditor } from "./text-editor.tsx";
import type { Verdict } from "./use-verdict.ts";
import { isUnchanged, VerdictPanel } from "./verdict-panel.tsx";

const noProblems: FieldProblems = new Map();

/** Writing, with the server's verdict beside it. */
export function WritingStep({
  draft,
  base,
  children,
  verdict,
  problems,
  isComplete,
  onDraft,
  onReview,
  overtaken,
  onConflict,
}: {
  readonly draft: Draft;
  readonly base: Version | undefined;
  /** What a new prompt needs beside its content. */
  readonly children?: ComponentChildren;
  readonly verdict: Verdict;
  readonly problems: FieldProblems | undefined;
  /** Whether there is all that a version needs. */
  readonly isComplete: boolean;
  readonly onDraft: (change: (draft: Draft) => Draft) => void;
  readonly onReview: () => void;
  /** The version that somebody saved meanwhile. */
  readonly overtaken: number | undefined;
  readonly onConflict: () => void;
}) {
  const change = (part: Partial<Draft>) => onDraft((last) => ({ ...last, ...part }));
  const canReview = isComplete && !isUnchanged(verdict.answer, base);
  const goOn = overtaken === undefined ? onReview : onConflict;
  return (
    <div class="editor">
      <div>
        {children}
        {draft.kind === "text" ? (
          <TextEditor text={draft.text} onText={(text) => change({ text })} />
        ) : (
          <MessagesEditor
            messages={draft.messages}
            problems={problems ?? noProblems}
            onMessages={(messages) => change({ messages })}
          />
        )}
        <ArgumentsEditor
          found={verdict.variables}
          declared={draft.declared}
          isUsed={(name) => mayUse(draft, name)}
          onDeclared={(declared) => change({ declared })}
        />
        <SettingsEditor
          json={draft.llmConfig}
          problem={problems?.get("llmConfig")}
          onJson={(llmConfig) => change({ llmConfig })}
        />
        <ResponseFormatEditor
          json={draft.responseFormat}
          problem={problems?.get("responseFormat")}
          onJson={(responseFormat) => change({ responseFormat })}
        />
      </div>
      <div class="editor-side">
        <VerdictPanel
          verdict={verdict}
          base={base}
          isValid={problems === undefined}
          overtaken={overtaken}
          onConflict={onConflict}
        />
        <div class="buttons">
          <button
            type="button"
            class="primary"
            aria-disabled={!canReview}
            onClick={() => canReview && goOn()}
          >
            {editTexts().review}
          </button>
        </div>
      </div>
    </div>
  );
}
