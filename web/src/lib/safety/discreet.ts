/**
 * Discreet: a whole visit is one step of the browser's history, which leaving then writes another page over. Off unless
 * somebody wants it, since Back then leads out of the site. The browser's own list of visited pages is out of our reach.
 */
const KEY = 'look.discreet';
let kept = false;

/** Whether somebody has chosen it on this device. */
export function isDiscreet(): boolean {
  try {
    return localStorage.getItem(KEY) === 'on';
  } catch {
    return kept;
  }
}

/** Keeps the choice on this device (where the device allows it) and follows it at once. */
export function setDiscreet(on: boolean): void {
  kept = on;
  try {
    if (on) localStorage.setItem(KEY, 'on');
    else localStorage.removeItem(KEY);
  } catch {
    // A private window without storage: the choice lasts as long as the page.
  }
  followDiscretion();
}

/** Links replace the page they stand on, or no longer do. Kit reads the attribute from the link upwards. */
export function followDiscretion(): void {
  document.body.toggleAttribute('data-sveltekit-replacestate', isDiscreet());
}
