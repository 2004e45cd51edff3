module bed/proxy

go 1.26
