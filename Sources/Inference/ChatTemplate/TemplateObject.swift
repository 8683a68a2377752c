/// What is behind a number of `TemplateValue.object`.
enum TemplateObject {
    case namespace(TemplateMapping)
    case macro(TemplateMacro, TemplateScope)
    case loop(TemplateLoopState)
    case iterator(TemplateIterator)
    case cycler([TemplateValue], index: Int)
    case joiner(String, isUsed: Bool)
}

/// What a filter gives one by one. The values are made at once, but what went wrong comes up only when it is reached.
struct TemplateIterator {
    var values: ArraySlice<TemplateValue>
    let failure: TemplateError?
}

/// A loop that runs.
final class TemplateLoopState {
    let loop: TemplateLoop
    let scope: TemplateScope
    let depth: Int
    /// What has not been looked at; the loop's condition is asked as late as Python's generators do.
    var source: ArraySlice<TemplateValue>
    /// What passed the condition.
    var kept: [TemplateValue] = []
    /// Of the present pass, in `kept`.
    var index = -1
    /// What `changed` got last.
    var last: [TemplateValue]?

    init(_ loop: TemplateLoop, over source: [TemplateValue], in scope: TemplateScope, depth: Int) {
        self.loop = loop
        self.source = source[...]
        self.scope = scope
        self.depth = depth
    }
}
