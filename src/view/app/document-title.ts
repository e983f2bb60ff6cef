/** Names the document after the heading of its page, which comes with the page or after it. */
export function followHeading(): void {
  new MutationObserver(() => {
    const heading = document.querySelector("h1")?.textContent;
    if (heading && heading !== document.title) document.title = heading;
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}
