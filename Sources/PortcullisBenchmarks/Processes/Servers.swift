import Foundation

/// The servers that are compared, and the model they stand in front of, each with one worker.
///
/// The model is nginx as well: it reads the body, answers a fixed vector of scores and costs next to nothing.
struct Servers {
    /// Answers at once, whatever it is asked.
    let upstream: ServerProcess
    /// nginx `proxy_pass` with keep-alive to the upstream and an access log.
    let nginx: ServerProcess
    /// Portcullis.
    let portcullis: ServerProcess

    /// Bytes of request bodies that the guard may hold: its default, said so that the memory table can count on it.
    static let bodyBudget = 256 << 20
    /// Bytes of decoded pixels that it may hold for each pixel thread: its default as well.
    static let decodeBudget = 256 << 20

    /// What the upstream answers to everything.
    static let answer = #"{"probabilities":[0.9,0.02,0.02,0.01,0.01,0.01,0.01,0.01,0.005,0.005]}"#

    /// Starts all three. `policy` is the text of the guard's policy.
    init(guardPath: String, nginxPath: String, policy: String, folder: URL, threads: Int) throws {
        upstream = try Self.makeUpstream(nginxPath: nginxPath, folder: folder)
        nginx = try Self.makeNginx(nginxPath: nginxPath, folder: folder)
        portcullis = try Self.makeGuard(guardPath: guardPath, policy: policy, folder: folder, threads: threads)
    }

    /// Ends all three.
    func stop() {
        portcullis.stop()
        nginx.stop()
        upstream.stop()
    }

    static func makeUpstream(nginxPath: String, folder: URL) throws -> ServerProcess {
        try makeServer(
            "upstream", nginxPath: nginxPath, folder: folder, port: 18_090,
            http: """
                access_log off;
                server {
                    listen 127.0.0.1:18090;
                    default_type application/json;
                    location / { return 200 '\(answer)'; }
                }
                """)
    }

    static func makeNginx(nginxPath: String, folder: URL) throws -> ServerProcess {
        try makeServer(
            "nginx", nginxPath: nginxPath, folder: folder, port: 18_091,
            http: """
                access_log \(folder.path)/nginx-access.log;
                upstream model { server 127.0.0.1:18090; keepalive 64; keepalive_requests 1000000000; }
                server {
                    listen 127.0.0.1:18091;
                    location / {
                        proxy_pass http://model;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                    }
                }
                """)
    }

    static func makeGuard(
        guardPath: String, policy: String, folder: URL, threads: Int
    ) throws -> ServerProcess {
        let file = folder.appendingPathComponent("policy.yaml")
        try Data(policy.utf8).write(to: file)
        let home = folder.appendingPathComponent("portcullis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        return try ServerProcess(
            name: "portcullis", executable: guardPath,
            arguments: [
                "serve", "--upstream", "http://127.0.0.1:18090", "--policy", file.path,
                "--listen", "127.0.0.1:18092", "--admin", "127.0.0.1:18093",
                "--audit-directory", home.path, "--key-file", home.appendingPathComponent("key").path,
                "--pixel-threads", String(threads), "--body-budget", "\(bodyBudget)", "--decode-budget",
                "\(decodeBudget)",
            ],
            port: 18_092, folder: folder)
    }

    private static func makeServer(
        _ name: String, nginxPath: String, folder: URL, port: UInt16, http: String
    ) throws -> ServerProcess {
        let configuration = """
            daemon off;
            worker_processes 1;
            pid \(folder.path)/\(name).pid;
            error_log \(folder.path)/\(name)-error.log;
            events { worker_connections 4096; }
            http {
                client_body_temp_path \(folder.path)/\(name)-body;
                proxy_temp_path \(folder.path)/\(name)-proxy;
                fastcgi_temp_path \(folder.path)/\(name)-fastcgi;
                uwsgi_temp_path \(folder.path)/\(name)-uwsgi;
                scgi_temp_path \(folder.path)/\(name)-scgi;
                client_max_body_size 64m;
                client_body_buffer_size 128k;
                keepalive_requests 1000000000;
            \(http)
            }
            """
        let file = folder.appendingPathComponent("\(name).conf")
        try Data(configuration.utf8).write(to: file)
        return try ServerProcess(
            name: name, executable: nginxPath, arguments: ["-p", folder.path, "-c", file.path], port: port,
            folder: folder)
    }
}
