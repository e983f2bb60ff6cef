import { signInTexts } from "../texts/sign-in.ts";
import { isSignedIn } from "./open-identity.ts";

/** Forgets who the person is: credentials live in the memory of the page alone. */
export function SignOut() {
  if (!isSignedIn.value) return null;
  return (
    <button type="button" onClick={() => location.reload()}>
      {signInTexts().signOut}
    </button>
  );
}
