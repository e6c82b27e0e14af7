import { newId } from '#lib/api/ids.ts';
import type { Author, Finding, Held, Message, TextState } from '#lib/api/types.ts';
import type { MessageFrame, Refusal, RoomEvent, RoomFacts, RoomFrame } from './frames.ts';
import type { LiveSocket, RoomEnd } from './socket.svelte.ts';

/** Something the person wrote that the room does not show as a message yet. */
export interface Outgoing {
  client_id: string;
  body: string;
  /** The message that it answers. */
  reply_to?: string;
  /** Where the server has it, and how it stands there: a text that is held. */
  id?: string;
  text_state?: TextState;
  /** When a held text was written, in milliseconds; left out until the server has told. */
  since?: number;
  /** waiting: no line; sending: on its way; sent: stored, its message is coming; the rest need a person. */
  state: 'waiting' | 'sending' | 'sent' | 'failed' | 'held' | 'advice';
  confirmed?: boolean;
  /** Why it was not sent; `no_answer` is this screen's own word. */
  problem?: Refusal;
  /** How often it has gone again by itself since the person sent it. */
  tries?: number;
  findings?: Finding[];
  redacted?: string;
}

/** States in which a text stays on its own author's screen. */
const AUTHOR_KEEPS: TextState[] = ['hidden_pending', 'hidden'];
/** States in which nothing of it is left for anybody. */
const NOTHING_LEFT: TextState[] = ['deleted', 'purged'];
/** What its author has still to send or to decide. */
const UNSENT: Outgoing['state'][] = ['waiting', 'sending', 'failed', 'advice'];
/** What goes by itself when the line is there. */
const GOES: Outgoing['state'][] = ['waiting', 'sending'];
const TYPING_MS = 5000;
const ANSWER_MS = 15_000;
/** Waits before a message goes again by itself to a busy server; up to half as much more is left to chance. */
const BUSY_MS = [2000, 4000, 8000];
/** Held texts that the server lists, newest first (`list_held`): a list that long may have left older ones out. */
const HELD_LISTED = 20;
/** What is read again in a moment waits this long, and up to as long again by chance. */
const SOON_MS = 250;
/** As above, where reading it has failed. */
const AGAIN_MS = 15_000;

/**
 * One room on this screen: its messages in order, each seq taken once, and the outbox. What is redacted
 * is forgotten here at once: the text is dropped, not hidden.
 */
export class RoomLog implements RoomEnd {
  readonly id: string;
  messages = $state<Message[]>([]);
  outbox = $state<Outgoing[]>([]);
  facts = $state.raw<RoomFacts>({
    state: 'open',
    opens_at: null,
    closes_at: null,
    slow_mode_s: 0,
    by_host: false,
  });
  /** Who is in the room at this moment; nothing before the server has said so. */
  here = $state.raw<{ people: number; hosts: Author[] } | null>(null);
  live = $state(false);
  typing = $state<string[]>([]);
  /** How often the notes of those who run the room have changed since this screen came. */
  notes = $state(0);
  /** What a person who has sent something should know: where help is. */
  help = $state.raw<Finding[]>([]);
  lastSeq: number | null;
  #me: string;
  #socket: LiveSocket;
  #read: () => Promise<Message[]>;
  #readHeld: () => Promise<Held[] | null>;
  #rejoining = false;
  /** Words that have no number may have gone past this screen since it last read what waits. */
  #behind = false;
  /** How often it was asked what waits: only the newest answer counts. */
  #asked = 0;
  /** Number of the newest word about this person's nods, by message: two words may overtake each other. */
  #nods = new Map<string, number>();
  #taken = 0;
  #leave: (() => void) | null = null;
  #timers = new Map<string, ReturnType<typeof setTimeout>>();

  /**
   * `lastSeq` is what the room said before its history was read, so that nothing falls between the two;
   * `read` fetches the newest page of the history after a `reset`, `readHeld` what waits of the person's own.
   */
  constructor(
    id: string,
    lastSeq: number | null,
    me: string,
    socket: LiveSocket,
    read: () => Promise<Message[]>,
    readHeld: () => Promise<Held[] | null> = async () => null,
  ) {
    this.id = id;
    this.lastSeq = lastSeq;
    this.#me = me;
    this.#socket = socket;
    this.#read = read;
    this.#readHeld = readHeld;
  }

  /** Puts history on the screen: older pages, or the newest one at the start. */
  addHistory(page: Message[]): void {
    const known = new Set(this.messages.map((message) => message.id));
    this.messages = [...page.filter((message) => !known.has(message.id)), ...this.messages].sort(
      inOrder,
    );
  }

  /** Reads history onto the screen. Where something was taken away meanwhile, it is read again. */
  async fill(read: () => Promise<Message[]>): Promise<void> {
    const before = this.#taken;
    const page = await read();
    if (before !== this.#taken) return this.fill(read);
    this.addHistory(page);
  }

  get open(): boolean {
    return this.facts.state === 'open';
  }

  /** Puts on the screen what the person wrote earlier and a person of the team has not read yet, oldest first. */
  addHeld(texts: Held[]): void {
    for (const { id, client_id, body, state, reply_to, created_at } of texts) {
      this.#forgetTimer(client_id);
      // Somebody has let it in while the list was on its way.
      if (this.messages.some((message) => message.id === id)) {
        this.#forget(client_id);
        continue;
      }
      const held: Outgoing = {
        id,
        client_id,
        body,
        state: 'held',
        text_state: state,
        since: Date.parse(created_at),
        problem: undefined,
        ...(reply_to ? { reply_to } : {}),
      };
      const known = this.outbox.find((item) => item.client_id === client_id);
      if (known) Object.assign(known, held);
      else this.outbox.push(held);
    }
    this.outbox = [...this.outbox].sort(heldFirst);
  }

  /**
   * Looks again at what waits: another screen of the same person has written, or somebody has decided. What waits no more
   * goes; what is too old for the server's list stays as this screen knows it.
   */
  async checkHeld(): Promise<void> {
    const asked = (this.#asked += 1);
    const held = this.outbox.filter(({ state }) => state === 'held');
    const before = new Set(held.map(({ client_id }) => client_id));
    const texts = await this.#readHeld();
    if (asked !== this.#asked || this.#leave) return;
    if (!texts) {
      // Without a line it is read when the room is joined again.
      if (this.live) this.#soon('held', () => void this.checkHeld(), AGAIN_MS);
      return;
    }
    const told = new Map(texts.map((text) => [text.client_id, Date.parse(text.created_at)]));
    const reach = texts.length < HELD_LISTED ? -Infinity : Math.min(...told.values());
    // What is held since the question was asked stays too.
    this.outbox = this.outbox.filter(
      ({ client_id, since = 0 }) => !before.has(client_id) || told.has(client_id) || since <= reach,
    );
    this.addHeld(texts);
  }

  /** Its author has changed a message. */
  change(changed: Message): void {
    const message = this.messages.find((other) => other.id === changed.id);
    if (message) Object.assign(message, changed, { seq: message.seq });
  }

  /** Its author has taken a message back. */
  drop(id: string): void {
    this.#unquote(id);
    this.messages = this.messages.filter((other) => other.id !== id);
  }

  take(frame: RoomFrame): void {
    this.#takeFrame(frame);
    this.#settle();
  }

  #takeFrame(frame: RoomFrame): void {
    switch (frame.type) {
      case 'joined':
        this.facts = { ...this.facts, state: frame.state };
        this.lastSeq ??= frame.seq;
        this.#rejoining = false;
        return;
      case 'reset':
        return void this.#reset(frame.seq);
      case 'message':
      case 'restored':
      case 'edited':
      case 'redacted':
        return this.#takeEvent(frame);
      case 'ack':
        // Sent before, and in the history that was read since: it is on the screen already.
        if (this.messages.some((message) => message.id === frame.id))
          return this.#forget(frame.client_id);
        return this.#update(frame.client_id, { state: 'sent' });
      case 'held':
        return this.#update(frame.client_id, { state: 'held', findings: frame.advice ?? [] });
      case 'advice':
        if (frame.sent) return void (this.help = frame.findings ?? []);
        return this.#update(frame.client_id, {
          state: 'advice',
          findings: frame.findings ?? frame.advice ?? [],
          redacted: frame.redacted_text,
        });
      case 'typing':
        return this.#someoneTypes((frame.author ?? frame.account)?.name);
      case 'room':
        this.facts = { ...this.facts, ...factsOf(frame) };
        if (frame.people !== undefined) {
          this.here = { people: frame.people, hosts: frame.hosts_here ?? [] };
        }
        return;
      case 'own_held':
        return void this.checkHeld();
      case 'own_nods': {
        if (frame.number < (this.#nods.get(frame.id) ?? 0)) return;
        this.#nods.set(frame.id, frame.number);
        const nodded = this.messages.find((message) => message.id === frame.id);
        if (nodded) nodded.my_reactions = frame.my_reactions;
        return;
      }
      case 'notes':
        this.notes += 1;
        return;
      case 'error':
        if (!frame.client_id) return;
        if (frame.problem.code === 'busy' && this.#sendLater(frame.client_id)) return;
        this.#update(frame.client_id, { state: 'failed', problem: frame.problem });
    }
  }

  joined(): void {
    this.live = true;
    if (this.#behind) this.#soon('held', () => void this.checkHeld());
    this.#behind = false;
    for (const item of this.outbox) if (GOES.includes(item.state)) this.#push(item);
  }

  lost(): void {
    this.live = false;
    this.#rejoining = false;
    this.#behind = true;
    for (const item of this.outbox) {
      if (item.state !== 'sending') continue;
      item.state = 'waiting';
      // It goes when the room is joined again, and not before.
      this.#forgetTimer(item.client_id);
    }
  }

  /** Sends a text; without a line it waits in the outbox and goes when the line is back. */
  write(body: string, replyTo?: string): void {
    this.outbox.push({
      client_id: newId(),
      body,
      state: 'waiting',
      ...(replyTo ? { reply_to: replyTo } : {}),
    });
    const item = this.outbox.at(-1);
    if (item) this.#push(item);
  }

  /** Tries again with the same `client_id`, so that nothing is said twice. */
  retry(item: Outgoing, confirmed = false): void {
    item.confirmed = confirmed || item.confirmed || false;
    item.tries = 0;
    this.#push(item);
  }

  /** Takes a text back out of the outbox, to write it anew. */
  discard(item: Outgoing): void {
    this.#forget(item.client_id);
  }

  /**
   * The person looks elsewhere: what others said is forgotten, and `leave` is called as soon as what waits for the line
   * has gone. Answers whether anything is left that was not sent.
   */
  leave(leave: () => void): boolean {
    this.#leave = leave;
    this.#forgetTimer('held');
    this.outbox = this.outbox.filter(({ state }) => UNSENT.includes(state));
    this.#settle();
    return this.outbox.length > 0;
  }

  /** Nobody is there to say anything now: what is not sent waits until the person is back in the room. */
  rest(): void {
    this.lost();
    this.#leave?.();
    this.#leave = null;
  }

  /** Empties everything; answers what was not sent. */
  end(): Outgoing[] {
    this.rest();
    for (const id of this.#timers.keys()) this.#forgetTimer(id);
    const unsent = this.outbox.filter(({ state }) => UNSENT.includes(state));
    this.messages = [];
    this.outbox = [];
    return unsent;
  }

  /** Takes over what was not sent when the person left the room before: the same texts by the same names. */
  resume(before: RoomLog): void {
    this.outbox = before.end();
  }

  #settle(): void {
    if (!this.#leave) return;
    this.messages = [];
    if (this.outbox.some(({ state }) => GOES.includes(state))) return;
    this.#leave();
    this.#leave = null;
  }

  #forget(clientId: string): void {
    this.#forgetTimer(clientId);
    this.outbox = this.outbox.filter((item) => item.client_id !== clientId);
  }

  #push(item: Outgoing): void {
    const sent = this.#socket.send({
      type: 'send',
      room: this.id,
      client_id: item.client_id,
      body: item.body,
      ...(item.reply_to ? { reply_to: item.reply_to } : {}),
      ...(item.confirmed ? { confirmed: true } : {}),
    });
    item.state = sent ? 'sending' : 'waiting';
    item.problem = undefined;
    this.#forgetTimer(item.client_id);
    if (!sent) return;
    this.#timers.set(
      item.client_id,
      setTimeout(() => item.state === 'sending' && this.#unanswered(item), ANSWER_MS),
    );
  }

  /** No answer at all: the line may be dead without anybody having noticed, so the next try gets a new one. */
  #unanswered(item: Outgoing): void {
    this.#update(item.client_id, { state: 'failed', problem: { code: 'no_answer' } });
    this.#socket.offline();
  }

  /** The server is busy: the message goes again by itself after a while. False when that was tried enough. */
  #sendLater(clientId: string): boolean {
    const item = this.outbox.find((other) => other.client_id === clientId);
    const tries = item?.tries ?? 0;
    const wait = BUSY_MS[tries];
    if (!item || !wait) return false;
    this.#update(clientId, { state: 'sending', problem: undefined, tries: tries + 1 });
    this.#timers.set(
      clientId,
      setTimeout(() => this.#push(item), wait * (1 + Math.random() / 2)),
    );
    return true;
  }

  #takeEvent(frame: RoomEvent): void {
    if (this.lastSeq !== null && frame.seq <= this.lastSeq) return;
    if (this.lastSeq !== null && frame.seq > this.lastSeq + 1) return this.#hole();
    this.lastSeq = frame.seq;
    if (frame.type === 'edited') this.#edit(frame);
    else if (frame.type === 'redacted') this.#redact(frame.id, frame.state);
    else this.#put(frame);
  }

  /** Something is missing before this frame: ask for it once, and leave aside what comes until it does. */
  #hole(): void {
    if (this.#rejoining) return;
    this.#rejoining = true;
    this.#behind = true;
    this.#socket.rejoin(this);
  }

  #put(frame: MessageFrame): void {
    const old = this.messages.find((message) => message.id === frame.id);
    const sent = this.outbox.find((item) => item.client_id === frame.client_id);
    const body = frame.body ?? (frame.type === 'message' ? sent?.body : undefined);
    const message: Message = {
      id: frame.id,
      seq: old?.seq ?? frame.item_seq ?? frame.seq,
      author: frame.author,
      body_html: frame.body_html,
      ...(body === undefined ? {} : { body }),
      state: frame.state ?? 'live',
      revision: old?.revision ?? 1,
      created_at: frame.created_at,
      edited_at: frame.edited_at ?? old?.edited_at ?? null,
      ...(frame.reply_to ? { quote: this.#quote(frame.reply_to) } : {}),
      ...(old?.my_reactions ? { my_reactions: old.my_reactions } : {}),
      ...(old?.reactions ? { reactions: old.reactions } : {}),
    };
    this.messages = [...this.messages.filter((other) => other.id !== frame.id), message].sort(
      inOrder,
    );
    if (frame.client_id) this.#forget(frame.client_id);
    this.typing = this.typing.filter((name) => name !== frame.author?.name);
  }

  /** What an answer answers, as this screen knows it; of an earlier one only that it was there. */
  #quote(id: string): NonNullable<Message['quote']> {
    const said = this.messages.find((message) => message.id === id);
    return { id, author_name: said?.author?.name ?? null, body_html: said?.body_html ?? '' };
  }

  /** What is taken away is gone from every answer to it as well. */
  #unquote(id: string): void {
    for (const message of this.messages) if (message.quote?.id === id) message.quote = undefined;
  }

  #edit(frame: RoomEvent & { type: 'edited' }): void {
    for (const other of this.messages) {
      if (other.quote?.id === frame.id) other.quote.body_html = frame.body_html;
    }
    const message = this.messages.find((other) => other.id === frame.id);
    if (!message) return this.#readSoon();
    const state = frame.state ?? 'live';
    const edited_at = frame.edited_at ?? message.edited_at;
    // What this screen changed itself is known already; else the author's own Markdown is behind now.
    const known = message.body_html === frame.body_html;
    const behind = { body: undefined, revision: message.revision + 1 };
    Object.assign(message, {
      ...(known ? {} : behind),
      body_html: frame.body_html,
      state,
      edited_at,
    });
  }

  /** What was hidden has come back with something taken out of it: this screen has forgotten where it stood. */
  #readSoon(): void {
    this.#soon('read', () => void this.fill(this.#read));
  }

  /** Does something in a moment, once; spread by chance, so that a full room does not ask in the same instant. */
  #soon(name: string, run: () => void, wait = SOON_MS): void {
    if (this.#timers.has(name)) return;
    const later = () => {
      this.#timers.delete(name);
      run();
    };
    this.#timers.set(name, setTimeout(later, wait * (1 + Math.random())));
  }

  #redact(id: string, state: TextState): void {
    this.#taken += 1;
    this.#unquote(id);
    const message = this.messages.find((other) => other.id === id);
    if (!message) return;
    const mine = message.author?.id === this.#me;
    if (NOTHING_LEFT.includes(state)) return this.drop(id);
    if (mine && AUTHOR_KEEPS.includes(state)) {
      message.state = state;
    } else if (mine || state === 'redacted') {
      // A text with something taken out of it keeps its place: what is left of it follows.
      Object.assign(message, { state, body_html: '', body: undefined });
    } else {
      this.drop(id);
    }
  }

  /** Too far behind: the sequence goes on from `seq`, and the history is read anew. */
  async #reset(seq: number): Promise<void> {
    this.lastSeq = seq;
    await this.fill(async () => {
      const page = await this.#read();
      this.messages = this.messages.filter((message) => message.seq > seq);
      return page;
    });
  }

  #update(clientId: string, change: Partial<Outgoing>): void {
    this.#forgetTimer(clientId);
    const item = this.outbox.find((other) => other.client_id === clientId);
    if (item) Object.assign(item, change);
    this.#settle();
  }

  #someoneTypes(name: string | undefined): void {
    if (!name) return;
    if (!this.typing.includes(name)) this.typing.push(name);
    this.#forgetTimer(`typing ${name}`);
    this.#timers.set(
      `typing ${name}`,
      setTimeout(() => (this.typing = this.typing.filter((other) => other !== name)), TYPING_MS),
    );
  }

  #forgetTimer(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}

/** What a frame about the room says of how it stands. */
function factsOf(frame: Partial<RoomFacts>): Partial<RoomFacts> {
  const { state, opens_at, closes_at, slow_mode_s, by_host } = frame;
  return Object.fromEntries(
    Object.entries({ state, opens_at, closes_at, slow_mode_s, by_host }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

/** By their places in the room: clocks of several servers differ, numbers do not. */
function inOrder(a: Message, b: Message): number {
  return a.seq - b.seq;
}

/** What waits for a person by the time at which it was written, before what has still to go. */
function heldFirst(a: Outgoing, b: Outgoing): number {
  const time = ({ since }: Outgoing) => since ?? Number.MAX_SAFE_INTEGER;
  return time(a) - time(b);
}
