// Names for what the pages work with, made of the generated types: docs/api/reference.md says what every field means.
import type { ApplicationView, LoginOptions } from './generated/operations';
import type * as api from './generated/types';
import type { KubeObject, Metadata } from './object';

export type * from './generated/types';
export { actionKinds, existingValues, moverAccessValues, patchOpValues, weekdayValues } from './generated/types';
export type * from './generated/operations';
export type * from './object';

// An action of any kind, with the fields that some kind has.
export type ActionSpec = Partial<api.BackupSpec & api.ExportSpec & api.ImportSpec & api.RestoreSpec>;
export type ActionStatus = Partial<api.BackupStatus & api.ExportStatus & api.ImportStatus & api.RestoreStatus>;
export type Action = KubeObject<ActionSpec, ActionStatus> & { kind: api.ActionKind };
export type Plan = api.PlanSummary;
export type PlanAction = api.PlanObject['action'];

// A namespace as the stream of events tells of it; lib/applications.ts derives removed ones from restore points.
export type Application = Omit<ApplicationView, 'metadata'> & { metadata: Metadata };
export type ApplicationState = ApplicationView['state'] | 'Removed';

// Everything that comes by the stream of events.
export interface KindMap extends Omit<api.Kinds, api.ActionKind> {
  Backup: Action;
  Export: Action;
  Import: Action;
  Restore: Action;
  Application: Application;
}
export type Kind = keyof KindMap;
export type StoredKind = keyof api.Kinds;

// Before the server has said how one may log in.
export type LoginChoice = Partial<LoginOptions>;
