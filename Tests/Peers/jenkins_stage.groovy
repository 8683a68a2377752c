// Does what a stage of a Jenkinsfile says: groovy jenkins_stage.groovy STAGE CREDENTIALS
// `sh` runs as Jenkins runs it, credentials are files of the folder CREDENTIALS, `junit` wants its file. Ends with 1 when a
// step fails; what stands under `post { always }` is done all the same.
def (stagePath, credentials) = args
def environment = [:]
def failed = false
def within = { Closure body -> body() }

def binding = new Binding(
    stage: { String name, Closure body -> println "stage $name"; body() },
    steps: within,
    post: within,
    always: within,
    file: { Map file -> file },
    withCredentials: { List files, Closure body ->
        files.each {
            def path = new File(credentials, it.credentialsId)
            assert path.file : "no credentials named ${it.credentialsId}"
            environment[it.variable] = path.path
        }
        body()
        files.each { environment.remove(it.variable) }
    },
    sh: { String command ->
        if (failed) return
        def builder = new ProcessBuilder('sh', '-xe', '-c', command).inheritIO()
        builder.environment().putAll(environment)
        if (builder.start().waitFor() != 0) failed = true
    },
    junit: { String path -> assert new File(path).text.contains('<testsuites') : "no results in $path" })
new GroovyShell(binding).evaluate(new File(stagePath))
System.exit(failed ? 1 : 0)
