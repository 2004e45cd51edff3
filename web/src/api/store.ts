// What the cluster holds, as last told by the server. connection.ts feeds it, hooks.ts reads it.
import type { Kind, KindMap, Trouble } from './types';

type Item = KindMap[Kind];

interface Slot {
  byKey: Map<string, Item>;
  list: Item[] | undefined; // made when it is asked for; the same array until something changes
  known: boolean;
  denied?: Trouble;
}

export function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

const nothing: never[] = [];

export class Store {
  private slots = new Map<Kind, Slot>();
  private listeners = new Set<() => void>();
  private telling = false;

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  private slot(kind: Kind): Slot {
    let slot = this.slots.get(kind);
    if (!slot) {
      slot = { byKey: new Map(), list: undefined, known: false };
      this.slots.set(kind, slot);
    }
    return slot;
  }

  // Once for all events that came together: a list of a thousand objects is drawn once.
  private tell() {
    if (this.telling) return;
    this.telling = true;
    queueMicrotask(() => {
      this.telling = false;
      this.listeners.forEach((listener) => listener());
    });
  }

  // Applies one event of the stream; what it does not know it leaves alone.
  apply(event: string, data: unknown) {
    const message = data as {
      kind: Kind;
      items?: Item[];
      item?: Item;
      namespace?: string;
      name?: string;
      error?: Trouble;
    };
    const slot = this.slot(message.kind);
    switch (event) {
      case 'reset':
        slot.byKey = new Map();
        for (const item of message.items ?? [])
          slot.byKey.set(keyOf(item.metadata.namespace, item.metadata.name), item);
        slot.known = true;
        slot.denied = undefined;
        break;
      case 'changed':
        if (!message.item) return;
        slot.byKey.set(keyOf(message.item.metadata.namespace, message.item.metadata.name), message.item);
        break;
      case 'removed':
        slot.byKey.delete(keyOf(message.namespace, message.name ?? ''));
        // Applications have no namespace in their metadata.
        if (message.kind === 'Application') slot.byKey.delete(keyOf(undefined, message.name ?? ''));
        break;
      case 'denied':
        slot.byKey = new Map();
        slot.known = true;
        slot.denied = message.error ?? { message: '' };
        break;
      default:
        return;
    }
    slot.list = undefined;
    this.tell();
  }

  // What was just made here, until the stream tells of it: that is never older.
  add(kind: Kind, item: Item) {
    if (!this.slot(kind).byKey.has(keyOf(item.metadata.namespace, item.metadata.name))) {
      this.apply('changed', { kind, item });
    }
  }

  clear() {
    this.slots.clear();
    this.tell();
  }

  items<K extends Kind>(kind: K): KindMap[K][] {
    const slot = this.slots.get(kind);
    if (!slot) return nothing;
    slot.list ??= [...slot.byKey.values()].map((item) =>
      'kind' in item && item.kind ? item : { ...item, kind },
    ) as Item[];
    return slot.list as KindMap[K][];
  }

  known(kind: Kind): boolean {
    return this.slots.get(kind)?.known ?? false;
  }

  denied(kind: Kind): Trouble | undefined {
    return this.slots.get(kind)?.denied;
  }
}

export const store = new Store();
