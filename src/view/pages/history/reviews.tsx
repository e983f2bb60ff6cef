import { useId, useState } from "preact/hooks";
import { announce } from "../../app/announce.ts";
import { callTool } from "../../app/server.ts";
import { toFailure } from "../../app/use-answer.ts";
import { Failure } from "../../components/failure.tsx";
import { FleetingButton } from "../../components/fleeting-button.tsx";
import { PlainText } from "../../components/plain-text.tsx";
import { ServerText } from "../../components/server-text.tsx";
import type { CallFailure } from "../../connection/connection.ts";
import type { Answer, Arguments } from "../../connection/tools.ts";
import { historyTexts } from "../../texts/history.ts";
import { Said } from "./said.tsx";

type Action = Arguments<"review_prompt">["action"];

/** Who was asked to review a version, and what they said; and the person's own review. */
export function Reviews({
  discussion,
  changed,
}: {
  readonly discussion: Answer<"prompt_discussion">;
  readonly changed: () => void;
}) {
  const { name, version, reviews, you, no_approval, can_comment } = discussion;
  const { requested, given } = reviews;
  const texts = historyTexts();
  return (
    <>
      {!requested && given.length === 0 && <p class="quiet">{texts.noReviews}</p>}
      {requested && (
        <p>
          {texts.requestedBy} <Said {...requested} />
          {requested.asked.length > 0 && (
            <>
              {" "}
              {texts.asked} <PlainText text={requested.asked.join(", ")} />
            </>
          )}
          <Reason text={requested.reason} />
        </p>
      )}
      {given.length > 0 && (
        <ul class="reviews">
          {given.map((review) => (
            <li key={review.author}>
              <strong>{review.verdict === "approved" ? texts.approved : texts.declined}</strong>{" "}
              <Said {...review} />
              <Reason text={review.reason} />
            </li>
          ))}
        </ul>
      )}
      {can_comment && (
        <ReviewForm
          key={version}
          name={name}
          version={version}
          mayReview={you !== undefined}
          noApproval={no_approval}
          mayWithdraw={
            you !== undefined &&
            (requested?.author === you || given.some(({ author }) => author === you))
          }
          changed={changed}
        />
      )}
    </>
  );
}

function Reason({ text }: { readonly text?: string | undefined }) {
  if (text === undefined) return null;
  return (
    <span class="pre">
      {": "}
      <PlainText text={text} />
    </span>
  );
}

function ReviewForm({
  name,
  version,
  mayReview,
  mayWithdraw,
  noApproval,
  changed,
}: {
  readonly name: string;
  readonly version: number;
  readonly mayReview: boolean;
  readonly mayWithdraw: boolean;
  readonly noApproval?: string | undefined;
  readonly changed: () => void;
}) {
  const id = useId();
  const [reason, setReason] = useState("");
  const [people, setPeople] = useState("");
  const [failure, setFailure] = useState<CallFailure>();
  const texts = historyTexts();
  const act = async (action: Action) => {
    setFailure(undefined);
    const names = people.split(/[,;\n]/).map((one) => one.trim());
    const reviewers = action === "request" ? names.filter((one) => one !== "") : [];
    try {
      await callTool("review_prompt", {
        ...{ name, version, action },
        ...(reason.trim() === "" || action === "withdraw" ? {} : { reason: reason.trim() }),
        ...(reviewers.length === 0 ? {} : { reviewers }),
      });
      setReason("");
      setPeople("");
      announce(texts.reviewed);
      changed();
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <form onSubmit={(event) => event.preventDefault()} class="review-form">
      <label for={`${id}-reason`}>{texts.reviewReason}</label>
      <input
        id={`${id}-reason`}
        maxLength={300}
        value={reason}
        onInput={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <label for={`${id}-people`}>{texts.reviewers}</label>
      <input
        id={`${id}-people`}
        aria-describedby={`${id}-help`}
        value={people}
        onInput={({ currentTarget }) => setPeople(currentTarget.value)}
      />
      <p id={`${id}-help`} class="quiet">
        {texts.reviewersHelp}
      </p>
      {noApproval !== undefined && (
        <p>
          <ServerText text={noApproval} />
        </p>
      )}
      {failure && <Failure failure={failure} />}
      <div class="buttons">
        <button type="button" onClick={() => act("request")}>
          {texts.request}
        </button>
        {noApproval === undefined && (
          <FleetingButton class="primary" onClick={() => act("approve")}>
            {texts.approve(version)}
          </FleetingButton>
        )}
        {mayReview && (
          <FleetingButton onClick={() => act("decline")}>{texts.decline}</FleetingButton>
        )}
        {mayWithdraw && (
          <FleetingButton onClick={() => act("withdraw")}>{texts.withdraw}</FleetingButton>
        )}
      </div>
    </form>
  );
}
