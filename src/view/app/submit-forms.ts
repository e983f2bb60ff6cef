/**
 * Submits forms without the browser. A host may show the view in a frame that may not submit forms
 * (sandboxed without `allow-forms`): the browser does nothing there, and fires no event of it. The view's
 * forms are sent by tool calls alone. Enter in a field clicks the form's button too.
 */
export function submitForms(): void {
  addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const form = button?.type === "submit" ? button.form : null;
    if (form === null) return;
    event.preventDefault();
    if (!form.reportValidity()) return;
    form.dispatchEvent(
      new SubmitEvent("submit", { submitter: button, bubbles: true, cancelable: true }),
    );
  });
}
