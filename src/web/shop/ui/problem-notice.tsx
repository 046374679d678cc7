import type { Problem } from '../api/problem.ts'

type Props = { readonly problem: Problem; readonly onClose?: () => void }

/** What went wrong and what to do, readable. */
export function ProblemNotice({ problem, onClose }: Props) {
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{problem.title}.</strong> {problem.detail}
      </p>
      {problem.remedy !== null && <p>{problem.remedy}</p>}
      {problem.reference !== null && <p className="reference">{problem.reference}</p>}
      {onClose !== undefined && (
        <button type="button" onClick={onClose}>
          Close
        </button>
      )}
    </div>
  )
}
