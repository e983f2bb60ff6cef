import { useState } from "preact/hooks";
import { toFailure } from "../app/use-answer.ts";
import { Failure } from "../components/failure.tsx";
import { Modal } from "../components/modal.tsx";
import { ServerText } from "../components/server-text.tsx";
import type { CallFailure } from "../connection/connection.ts";
import { common } from "../texts/common.ts";
import { signInTexts } from "../texts/sign-in.ts";
import { headersOf } from "./entered.ts";
import { type SignInForm, signInForm } from "./open-identity.ts";

/** Asks the person to sign in, when a call was refused. */
export function SignInDialog() {
  const form = signInForm.value;
  return form ? <Form key={form.needed.message} form={form} /> : null;
}

function Form({ form }: { readonly form: SignInForm }) {
  const [failure, setFailure] = useState<CallFailure>();
  const texts = signInTexts();
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    if (form.open === undefined) return form.done(headersOf(form.kind, entered));
    form.open().then(form.done, (error: unknown) => setFailure(toFailure(error)));
  };
  return (
    <Modal labelledBy="sign-in-title" onCancel={() => form.done(undefined)}>
      <form onSubmit={submit} class="sign-in">
        <h2 id="sign-in-title">{texts.title}</h2>
        <p role="alert">
          <ServerText text={form.needed.message} />
        </p>
        {failure && <Failure failure={failure} />}
        <Fields kind={form.kind} />
        {form.kind !== "start-token" && <p class="quiet">{texts.where}</p>}
        <div class="buttons">
          <button type="button" onClick={() => form.done(undefined)}>
            {common().cancel}
          </button>
          <button type="submit" class="primary">
            {form.kind === "issuer" ? texts.atIssuer : texts.signIn}
          </button>
        </div>
      </form>
    </Modal>
  );
}

function Fields({ kind }: { readonly kind: SignInForm["kind"] }) {
  const texts = signInTexts();
  switch (kind) {
    case "issuer":
      return null;
    case "start-token":
      return <Field name="token" label={texts.startToken} autocomplete="off" />;
    case "token":
      return <Field name="token" label={texts.token} secret autocomplete="off" />;
    case "password":
      return (
        <>
          <Field name="user" label={texts.user} autocomplete="username" />
          <Field name="password" label={texts.password} secret autocomplete="current-password" />
          <Field name="token" label={texts.orToken} secret autocomplete="off" />
        </>
      );
  }
}

function Field({
  name,
  label,
  secret = false,
  autocomplete,
}: {
  readonly name: string;
  readonly label: string;
  readonly secret?: boolean;
  readonly autocomplete: string;
}) {
  const field = { id: `sign-in-${name}`, name, autocomplete };
  return (
    <p>
      <label for={field.id}>{label}</label>
      {secret ? <input type="password" {...field} /> : <input type="text" {...field} />}
    </p>
  );
}
