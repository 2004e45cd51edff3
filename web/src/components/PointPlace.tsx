import { useTranslation } from 'react-i18next';
import type { RestorePoint } from '../api/types';

// Where a restore point is kept, in words: as snapshots in this cluster, in a location, or both.
export function PointPlace({ point: { spec, status } }: { point: RestorePoint }) {
  const { t } = useTranslation();
  const location = spec.location?.name ?? '?';
  if (spec.imported) return t('point.from', { cluster: status?.sourceCluster ?? '?', location });
  switch (spec.kind) {
    case 'Local':
      return t('point.local');
    case 'Both':
      return t('point.both', { location });
    default:
      return t('point.in', { location });
  }
}
