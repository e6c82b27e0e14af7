/** Whether the ground rules of a room were shown on this device; the room itself is all that is kept. */
const key = (room: string) => `rules.${room}`;

export function rulesSeen(room: string): boolean {
  try {
    return localStorage.getItem(key(room)) !== null;
  } catch {
    return false;
  }
}

export function keepRulesSeen(room: string): void {
  try {
    localStorage.setItem(key(room), '1');
  } catch {
    // Without storage they are shown again next time.
  }
}
