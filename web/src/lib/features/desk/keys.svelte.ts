const OFF = 'desk.keys';

/** Single-key shortcuts of the desk: may be turned off on this device, and never act while somebody types. */
export class Keys {
  on = $state(read());

  set(on: boolean): void {
    this.on = on;
    try {
      if (on) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, 'off');
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }

  /** The key of an event where a shortcut may act, or null. */
  of(event: KeyboardEvent): string | null {
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
      return null;
    const at = event.target as HTMLElement | null;
    if (at?.closest('input, textarea, select, [contenteditable], dialog, [role="listbox"]'))
      return null;
    return event.key;
  }
}

function read(): boolean {
  try {
    return localStorage.getItem(OFF) !== 'off';
  } catch {
    return true;
  }
}
