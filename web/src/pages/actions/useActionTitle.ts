import { useTranslation } from 'react-i18next';
import type { Action } from '../../api/types';

// What an action is called: by its application; until that is known, an import by the location it reads.
export function useActionTitle(): (action: Action, subject: string | undefined) => string {
  const { t } = useTranslation();
  return ({ kind, spec, metadata }, subject) => {
    const location = spec.location?.name;
    if (!subject && kind === 'Import' && location) return t('action.importFrom', { name: location });
    return t(`action.title.${kind}`, { name: subject ?? location ?? metadata.name });
  };
}
